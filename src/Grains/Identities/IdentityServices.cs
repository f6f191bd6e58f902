using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Grains.Identities;

/// <summary>What every identity grain of a node shares.</summary>
public sealed class IdentityServices(
    IEventLog log,
    CatalogView catalogs,
    SnapshotQueue snapshots,
    MessageArchive archive,
    DrawnProfiles drawn,
    ProfileRules rules,
    BulkWatches watches,
    GrainMetrics metrics,
    CatalogRefresh refresh,
    EntryInstants entries,
    ErasureView erasures,
    ErasureRefresh erasureRefresh,
    SuppressionKey suppressionKey,
    TimeProvider clock)
{
    internal IEventLog Log { get; } = log;

    internal CatalogView Catalogs { get; } = catalogs;

    internal SnapshotQueue Snapshots { get; } = snapshots;

    internal DrawnProfiles Drawn { get; } = drawn;

    internal BulkWatches Watches { get; } = watches;

    internal GrainMetrics Metrics { get; } = metrics;

    internal TimeProvider Clock { get; } = clock;

    internal CatalogRefresh Refresh { get; } = refresh;

    internal EntryInstants Entries { get; } = entries;

    internal ErasureView Erasures { get; } = erasures;

    internal ErasureRefresh ErasureRefresh { get; } = erasureRefresh;

    internal SuppressionKey SuppressionKey { get; } = suppressionKey;

    internal MembershipChanges Changes => new(this);

    internal ComponentFold Fold { get; } = new(rules);

    internal IngestRules Ingest { get; } = new(rules, new ComponentFold(rules));

    internal IdentityLoader Loader { get; } = new(log, new ComponentFold(rules));

    internal Judge Judge { get; } = new(log, new IdentityLoader(log, new ComponentFold(rules)));

    internal LogExpiry Expiry { get; } = new(log, new ComponentFold(rules));

    internal PreviewCache Previews { get; } = new();

    internal MessageSearch Messages { get; } = new(log, archive);

    internal ProfileRules Rules { get; } = rules;
}
