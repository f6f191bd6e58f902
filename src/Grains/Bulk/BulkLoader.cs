using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Brings many people back from the store in a few queries, as far as a catalog's conditions look at them: their components with those they
/// absorbed, memberships, due times, and windows that know every condition of the catalog.
/// </summary>
public sealed class BulkLoader(IEventLog log, ProfileRules rules, BulkWatches watches, ErasureView erasures, TimeProvider clock)
{
    private readonly ComponentFold fold = new(rules);

    /// <summary>
    /// Those who are not merged, by ascending key after <paramref name="afterKey"/>. Who is going to be written for must be known while they are
    /// read: <paramref name="judge"/> says so (null: nothing), and they are in <see cref="BulkPage.Changing"/>.
    /// </summary>
    public Task<BulkPage> PageAsync(long afterKey, int limit, SegmentCatalog catalog, Func<LoadedIdentity, JudgedIdentity?>? judge, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.RootsAsync(afterKey, limit, cancellationToken), afterKey, catalog, judge, cancellationToken);

    /// <summary>These, as far as they are there and not merged.</summary>
    public Task<BulkPage> LoadAsync(IReadOnlyCollection<long> keys, SegmentCatalog catalog, Func<LoadedIdentity, JudgedIdentity?>? judge, CancellationToken cancellationToken) =>
        ReadAsync(
            async reader => [.. (await reader.LoadAsync(keys, cancellationToken)).Where(stored => stored.MergedInto is null)],
            afterKey: 0,
            catalog,
            judge,
            cancellationToken);

    private async Task<BulkPage> ReadAsync(
        Func<IBulkReader, Task<IReadOnlyList<StoredComponent>>> roots,
        long afterKey,
        SegmentCatalog catalog,
        Func<LoadedIdentity, JudgedIdentity?>? judge,
        CancellationToken cancellationToken)
    {
        var watch = watches.Open(afterKey);
        try
        {
            var now = clock.GetUtcNow();
            var revision = erasures.Revision;
            var filter = EntryFilters.Everything(catalog, now);
            return await log.ReadManyAsync(
                async reader =>
                {
                    var stored = await roots(reader);
                    var work = new BulkWork(reader, fold, catalog, filter, now, stored);
                    await work.RunAsync(cancellationToken);
                    var (people, failed) = Read(work, stored, catalog, watch);
                    var changing = judge is null ? [] : await ChangingAsync(reader, people, failed, judge, cancellationToken);
                    return new BulkPage(people, failed, watch) { Changing = changing, Erasures = revision, LastKey = stored.Count == 0 ? null : stored[^1].Key };
                },
                cancellationToken);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private static async Task<List<JudgedIdentity>> ChangingAsync(
        IBulkReader reader, List<LoadedIdentity> people, List<(IdentityId, Exception)> failed, Func<LoadedIdentity, JudgedIdentity?> judge, CancellationToken cancellationToken)
    {
        var changing = new List<JudgedIdentity>();
        people.RemoveAll(loaded =>
        {
            try
            {
                if (judge(loaded) is { } judged) changing.Add(judged);
                return false;
            }
            catch (Exception exception)
            {
                failed.Add((loaded.Person.Own.Id, exception));
                return true;
            }
        });
        var turning = changing.FindAll(judged => !judged.IsOnlyDueEarlier).ConvertAll(judged => judged.Loaded.Person.Own.Key);
        if (turning.Count == 0) return changing;
        var seqs = await reader.LastSeqsAsync(turning, cancellationToken);
        return changing.ConvertAll(judged => judged.IsOnlyDueEarlier
            ? judged
            : judged with { Loaded = judged.Loaded with { LastSeq = seqs.GetValueOrDefault(judged.Loaded.Person.Own.Key) } });
    }

    private static (List<LoadedIdentity> People, List<(IdentityId, Exception)> Failed) Read(BulkWork work, IReadOnlyList<StoredComponent> roots, SegmentCatalog catalog, BulkWatch watch)
    {
        var people = new List<LoadedIdentity>(roots.Count);
        var failed = new List<(IdentityId, Exception)>();
        foreach (var root in roots)
        {
            if (work.FailureOf(root.Key) is { } reason)
            {
                failed.Add((root.Id, reason));
                continue;
            }

            var key = root.Key;
            people.Add(new LoadedIdentity(
                new Person(work.ComponentsOf(key)),
                MembershipState.Restore(root.Memberships.Select(membership => KeyValuePair.Create(membership.Segment, membership.Since))),
                root.Due,
                catalog,
                () => watch.HasWritten(key)));
        }

        return (people, failed);
    }
}
