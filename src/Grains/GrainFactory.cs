using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Grains;

/// <summary>Makes the plain grains for a host to run; each instance belongs to one activation.</summary>
public sealed class GrainFactory(
    IdentityServices identities,
    IIdentityIndex index,
    IMembershipIndex memberships,
    CatalogStore catalog,
    IMembershipTransitions transitions,
    CatalogView view,
    Backfill backfill,
    EntryInstants instants,
    MembershipSweep sweep,
    IdentityResolver resolver,
    Joiner joiner,
    GrainMetrics metrics,
    TimeProvider clock)
{
    public IdentityGrain Identity(IdentityId id) => new(id, identities);

    /// <summary>For turns of many identities at once.</summary>
    public JointAdoption JointAdoption() => new(identities);

    public AliasGrain Alias(Identifier identifier) => new(identifier, index);

    public SegmentGrain Segment(SegmentId id) => new(id, memberships, metrics, clock);

    public ExplicitMergeGrain ExplicitMerges() => new(resolver, joiner);

    public CatalogGrain Catalog() => new(catalog, transitions, view, backfill, instants, sweep, clock);
}
