using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Interfaces;

/// <summary>How one grain, or a request, reaches another grain, wherever it lives. Getting a reference costs next to nothing and calls nobody.</summary>
public interface IGrains
{
    IIdentityGrain Identity(IdentityId id);

    IAliasGrain Alias(Identifier identifier);

    IExplicitMergeGrain ExplicitMerges { get; }

    ISegmentGrain Segment(SegmentId id);

    ICatalogGrain Catalog { get; }
}
