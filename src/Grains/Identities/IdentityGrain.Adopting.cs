using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>Takes over what a bulk reader found in the store, so that judging many people does not load each of them.</summary>
public sealed partial class IdentityGrain
{
    /// <summary>The person as of her last commit, as far as she is in memory. May be asked outside the grain's turn.</summary>
    public Person? Peek() => Volatile.Read(ref remembered)?.Person;

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

        await ReevaluateAsync(loaded.Catalog.Version, cancellationToken);
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

    /// <summary>
    /// What is to be written for her by what was judged of her; null when that is good for nothing, or not enough. She is not changed yet:
    /// within the same turn <see cref="Complete"/> must follow.
    /// </summary>
    internal Adoption? Prepare(JudgedIdentity judged)
    {
        var (loaded, result, at) = judged;
        var catalog = loaded.Catalog;
        if (loaded.LastSeq is not { } lastSeq || catalog.Version != services.Catalogs.Current.Version || loaded.IsStale()) return null;
        if (memory?.Person?.Own.Seq < lastSeq) Forget();
        if (memory is not { } current)
        {
            var read = loaded.Person.With(loaded.Person.Own with { Seq = lastSeq });
            return Prepare(new IdentityMemory(read, loaded.Memberships, loaded.Due), new Turn(read, [], result, at), isKept: false);
        }

        if (current.Person is not { Own.MergedInto: null } existing) return null;
        var person = WithWindowsOf(loaded, existing);
        if (person.Combination.Windows.KnownThrough < catalog.HighestCondition) return null;
        at = services.Clock.GetUtcNow();
        result = catalog.Evaluate(current.Memberships, person, PersonChange.Everything, at);
        return Prepare(current, new Turn(person, [], result, at), isKept: true);
    }

    /// <summary>Ends what <see cref="Prepare(JudgedIdentity)"/> began. Unless it is durable, she forgets what she knows.</summary>
    internal void Complete(Adoption adoption, bool isDurable)
    {
        if (!isDurable) Forget();
        else if (adoption.Memory is { } kept) (memory, profile) = (kept, null);
    }

    private Adoption? Prepare(IdentityMemory before, Turn turn, bool isKept)
    {
        if (turn.Judged.Undecided.Count > 0) return null;
        var changes = NoMemberships;
        DateTimeOffset? entry = null;
        if (turn.Judged.Entered.Count + turn.Judged.Left.Count > 0) (turn, changes, entry) = services.Changes.Decide(before.Memberships, turn);
        var due = turn.Judged.Due;
        if (changes.Count > 0 || due != before.Due) turn = Placed(turn, entry);
        return new Adoption(
            turn.Entries,
            changes,
            due == before.Due ? null : new DueChange(turn.Person.Own.Key, due),
            isKept ? new IdentityMemory(turn.Person, turn.Judged.State, due) : null);
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
