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

    /// <summary>Those who are not merged, by ascending key after <paramref name="afterKey"/>.</summary>
    public Task<BulkPage> PageAsync(long afterKey, int limit, SegmentCatalog catalog, CancellationToken cancellationToken) =>
        ReadAsync((reader, filter) => reader.RootsAsync(afterKey, limit, filter, cancellationToken), afterKey, catalog, cancellationToken);

    /// <summary>These, as far as they are there and not merged.</summary>
    public Task<BulkPage> LoadAsync(IReadOnlyCollection<long> keys, SegmentCatalog catalog, CancellationToken cancellationToken) =>
        ReadAsync(
            async (reader, filter) => [.. (await reader.LoadAsync(keys, filter, cancellationToken)).Where(stored => stored.MergedInto is null)],
            afterKey: 0,
            catalog,
            cancellationToken);

    private async Task<BulkPage> ReadAsync(
        Func<IBulkReader, EntryFilter, Task<IReadOnlyList<StoredComponent>>> roots, long afterKey, SegmentCatalog catalog, CancellationToken cancellationToken)
    {
        var watch = watches.Open(afterKey);
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
                    return Page(work, stored, catalog, watch);
                },
                cancellationToken);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private static BulkPage Page(BulkWork work, IReadOnlyList<StoredComponent> roots, SegmentCatalog catalog, BulkWatch watch)
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

        return new BulkPage(people, failed, watch) { LastKey = roots.Count == 0 ? null : roots[^1].Key };
    }
}
