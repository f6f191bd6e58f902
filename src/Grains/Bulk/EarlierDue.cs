using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Has people woken earlier than is stored, many at once and without turns of theirs. That is safe whatever they do meanwhile: an earlier time that is
/// stored stays, one that proves too early costs them a look, and the first look by a newer catalog finds their due time anew.
/// </summary>
public sealed class EarlierDue(IEventLog log, CatalogRefresh catalogs, ErasureRefresh erasures)
{
    /// <summary>
    /// Those for whom nothing was written, because there is a newer catalog or somebody was erased since they were read, by the revision
    /// <paramref name="known"/>. Throws <see cref="StoreUnavailableException"/> when nobody knows.
    /// </summary>
    internal async Task<IReadOnlyList<JudgedIdentity>> WriteAsync(IReadOnlyList<JudgedIdentity> people, long known, CancellationToken cancellationToken)
    {
        if (people.Count == 0) return [];
        var due = people.Select(judged => new DueChange(judged.Loaded.Person.Own.Key, judged.Judged.Due) { KeepsEarlier = true });
        var append = new Append { Entries = [], Due = [.. due], Catalog = people[0].Loaded.Catalog.Version, Erasures = known };
        switch (await log.AppendAsync(append, cancellationToken))
        {
            case Committed:
                return [];
            case OldCatalog old:
                await catalogs.ToVersionAsync(old.Version, cancellationToken);
                return people;
            case OldErasures unaware:
                await erasures.ToRevisionAsync(unaware.Revision, cancellationToken);
                return people;
            default:
                return people;
        }
    }
}
