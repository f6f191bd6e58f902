using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Identities;

/// <summary>Takes over what a bulk reader found in the store, so that judging many people does not load each of them.</summary>
public sealed partial class IdentityGrain
{
    /// <summary>The person as of her last commit, as far as she is in memory. May be asked outside the grain's turn.</summary>
    public Person? Peek() => Volatile.Read(ref memory)?.Person;

    public async Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken)
    {
        var isUsable = loaded.Catalog.Version == services.Catalogs.Current.Version && !loaded.IsStale();
        if (memory is { } current)
        {
            if (isUsable && current.Person is { Own.MergedInto: null } person) memory = current with { Person = WithWindowsOf(loaded, person) };
            isUsable = false;
        }

        if (isUsable)
        {
            try
            {
                var now = services.Clock.GetUtcNow();
                var judged = loaded.Catalog.Evaluate(loaded.Memberships, loaded.Person, PersonChange.Everything, now);
                isUsable = judged.Undecided.Count == 0;
                if (isUsable) await AppendAsync(new IdentityMemory(loaded.Person, loaded.Memberships, loaded.Due), new Turn(loaded.Person, [], judged, now) { IsDueExact = true });
            }
            finally
            {
                // She is not all there: to be judged by she was good enough, to be kept she is not.
                Forget();
            }

            if (isUsable && services.Catalogs.Current.Version == loaded.Catalog.Version) return;
        }

        await ReevaluateAsync(cancellationToken);
    }

    /// <summary>Nothing was written since the reading began, so both are the same person and only the windows of new conditions differ.</summary>
    private static Person WithWindowsOf(LoadedIdentity loaded, Person person)
    {
        foreach (var component in person.Components)
        {
            if (component.Windows.KnownThrough >= loaded.Catalog.HighestCondition || loaded.Person.SeqOf(component.Key) is null) continue;
            person = person.With(component with { Windows = loaded.Catalog.Extend(component.Windows, loaded.Person.Find(component.Key).Windows) });
        }

        return person;
    }
}
