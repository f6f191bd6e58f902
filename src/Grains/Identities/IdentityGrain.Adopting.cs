using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>Takes over what a bulk reader found in the store, so that judging many people does not load each of them.</summary>
public sealed partial class IdentityGrain
{
    /// <summary>The person as of her last commit, as far as she is in memory. May be asked outside the grain's turn.</summary>
    public Person? Peek() => Volatile.Read(ref memory)?.Person;

    public async Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken)
    {
        var isUsable = loaded.Catalog.Version == services.Catalogs.Current.Version && !loaded.IsStale();

        // Every turn takes a place in her log. What she remembers with fewer was overtaken by another activation.
        if (isUsable && memory?.Person?.Own.Seq < loaded.LastSeq) Forget();
        if (memory is { } current)
        {
            if (isUsable && current.Person is { Own.MergedInto: null } person) memory = current with { Person = WithWindowsOf(loaded, person) };
            isUsable = false;
        }

        if (isUsable && loaded.LastSeq is { } lastSeq)
        {
            try
            {
                isUsable = await JudgeAsync(loaded, lastSeq);
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

    /// <summary>False when she cannot be judged by what was read, or was written by another activation since.</summary>
    private async Task<bool> JudgeAsync(LoadedIdentity loaded, long lastSeq)
    {
        var now = services.Clock.GetUtcNow();
        var judged = loaded.Catalog.Evaluate(loaded.Memberships, loaded.Person, PersonChange.Everything, now);
        if (judged.Undecided.Count > 0) return false;
        var person = loaded.Person.With(loaded.Person.Own with { Seq = lastSeq });
        var turn = new Turn(person, [], judged, now) { IsDueExact = true, IsPartial = true, Catalog = loaded.Catalog.Version };
        return await AppendAsync(new IdentityMemory(person, loaded.Memberships, loaded.Due), turn) is Committed;
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
