using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Brings many identities up to what was judged of them with one append for all. It runs within the turns of all of them, so it is as if each had
/// appended by herself at the same instant: nobody is judged by what is stale, and all of it is stored or none.
/// </summary>
public sealed class JointAdoption(IdentityServices services)
{
    private static readonly Committed Nothing = new();

    /// <summary>
    /// Those whose turn is <paramref name="held"/> (null: it is not), in the order of <paramref name="people"/>. Answers for whom nothing was done. When
    /// nobody knows whether the append got through, all forget what they know, and the fault goes on to the caller.
    /// </summary>
    public async Task<IReadOnlyList<JudgedIdentity>> AdoptAsync(IReadOnlyList<JudgedIdentity> people, IReadOnlyList<IdentityGrain?> held)
    {
        var left = new List<JudgedIdentity>();
        var adopting = new List<(IdentityGrain Grain, JudgedIdentity Judged, Adoption Adoption)>(people.Count);
        var (entries, memberships, due) = (new List<LogEntry>(), new List<MembershipChange>(), new List<DueChange>());
        var catalog = people[0].Loaded.Catalog.Version;

        // Before anybody is asked whether she is still there.
        var erasures = services.Erasures.Revision;
        for (var i = 0; i < people.Count; i++)
        {
            if (held[i] is { } grain && people[i].Loaded.Catalog.Version == catalog && Prepare(grain, people[i]) is { } adoption)
            {
                adopting.Add((grain, people[i], adoption));
                entries.AddRange(adoption.Entries);
                memberships.AddRange(adoption.Changes);
                if (adoption.DueChange is { } change) due.Add(change);
            }
            else
            {
                left.Add(people[i]);
            }
        }

        var isCommitted = false;
        try
        {
            var append = new Append { Entries = entries, Memberships = memberships, Due = due, Catalog = catalog, Erasures = erasures };
            var result = entries.Count == 0 ? Nothing : await services.Log.AppendAsync(append, CancellationToken.None);
            if (result is OldCatalog old) await services.Refresh.ToVersionAsync(old.Version, CancellationToken.None);
            if (result is OldErasures unaware) await services.ErasureRefresh.ToRevisionAsync(unaware.Revision, CancellationToken.None);
            isCommitted = result is Committed;
        }
        catch (Exception exception) when (exception is not StoreUnavailableException)
        {
            // Something of somebody cannot be stored: by herself she will be told so, and the others will not.
        }
        finally
        {
            foreach (var (grain, judged, adoption) in adopting)
            {
                grain.Complete(adoption, isCommitted);
                services.Watches.Note(judged.Loaded.Person.Own.Key);
            }
        }

        // Whoever was woken with this append is not to wait for what is done next.
        await Task.Yield();

        // A newer catalog may not have seen her, as she may not have seen it.
        foreach (var (_, judged, _) in adopting)
        {
            if (!isCommitted || services.Catalogs.Current.Version != judged.Loaded.Catalog.Version) left.Add(judged);
        }

        return left;
    }

    // What is wrong with her she is told when she is adopted by herself.
    private static Adoption? Prepare(IdentityGrain grain, JudgedIdentity judged)
    {
        try
        {
            return grain.Prepare(judged);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
