using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Brings many people back from the store in a few queries, as far as a catalog's conditions look at them: their components with those they
/// absorbed, memberships, due times, and windows that know every condition of the catalog.
/// </summary>
public sealed class BulkLoader(IEventLog log, ProfileRules rules, BulkWatches watches, TimeProvider clock)
{
    private readonly ComponentFold fold = new(rules);

    /// <summary>
    /// Those who are not merged, by ascending key after <paramref name="afterKey"/>. Who is going to be written for must be known while they are
    /// read: <paramref name="isChanging"/> says so, and then <see cref="LoadedIdentity.LastSeq"/> is there.
    /// </summary>
    public Task<BulkPage> PageAsync(long afterKey, int limit, SegmentCatalog catalog, Func<LoadedIdentity, bool>? isChanging, CancellationToken cancellationToken) =>
        ReadAsync((reader, filter) => reader.RootsAsync(afterKey, limit, filter, cancellationToken), catalog, isChanging, cancellationToken);

    /// <summary>These, as far as they are there and not merged.</summary>
    public Task<BulkPage> LoadAsync(IReadOnlyCollection<long> keys, SegmentCatalog catalog, Func<LoadedIdentity, bool>? isChanging, CancellationToken cancellationToken) =>
        ReadAsync(
            async (reader, filter) => [.. (await reader.LoadAsync(keys, filter, cancellationToken)).Where(stored => stored.MergedInto is null)],
            catalog,
            isChanging,
            cancellationToken);

    private async Task<BulkPage> ReadAsync(
        Func<IBulkReader, EntryFilter, Task<IReadOnlyList<StoredComponent>>> roots,
        SegmentCatalog catalog,
        Func<LoadedIdentity, bool>? isChanging,
        CancellationToken cancellationToken)
    {
        var watch = watches.Open();
        try
        {
            var now = clock.GetUtcNow();
            var filter = EntryFilters.Everything(catalog, now);
            return await log.ReadManyAsync(
                async reader =>
                {
                    var stored = await roots(reader, filter);
                    var work = new BulkWork(reader, fold, catalog, filter, now, stored);
                    await work.RunAsync(cancellationToken);
                    var (people, failed) = Read(work, stored, catalog, watch);
                    if (isChanging is not null) people = await WithLastSeqsAsync(reader, people, failed, isChanging, cancellationToken);
                    return new BulkPage(people, failed, watch) { LastKey = stored.Count == 0 ? null : stored[^1].Key };
                },
                cancellationToken);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private static async Task<List<LoadedIdentity>> WithLastSeqsAsync(
        IBulkReader reader, List<LoadedIdentity> people, List<(IdentityId, Exception)> failed, Func<LoadedIdentity, bool> isChanging, CancellationToken cancellationToken)
    {
        var changing = new HashSet<long>();
        var judged = people.FindAll(loaded =>
        {
            try
            {
                if (isChanging(loaded)) changing.Add(loaded.Person.Own.Key);
                return true;
            }
            catch (Exception exception)
            {
                failed.Add((loaded.Person.Own.Id, exception));
                return false;
            }
        });
        if (changing.Count == 0) return judged;
        var seqs = await reader.LastSeqsAsync(changing, cancellationToken);
        return judged.ConvertAll(loaded => changing.Contains(loaded.Person.Own.Key) ? loaded with { LastSeq = seqs.GetValueOrDefault(loaded.Person.Own.Key) } : loaded);
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
