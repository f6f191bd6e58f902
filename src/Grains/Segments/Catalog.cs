using System.Collections.Immutable;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>All definitions at one version, those of computed traits among them, with the numbers of their event conditions. Immutable.</summary>
public sealed record Catalog(long Version, ImmutableDictionary<SegmentId, CatalogEntry> Segments, ConditionNumbers Numbers)
{
    public ImmutableDictionary<ComputedTraitId, ComputedTraitEntry> Traits { get; init; } = ImmutableDictionary<ComputedTraitId, ComputedTraitEntry>.Empty;

    public IEnumerable<ComputedTrait> Computed => Traits.Values.Select(entry => entry.Record.Trait);

    public SegmentCatalog Compile() => SegmentCatalog.Compile(
        Version, [.. Segments.Values.Select(segment => (segment.Record.Id, segment.Record.Definition))], [.. Computed], Numbers);
}

/// <summary>A computed trait with the version of its document.</summary>
public sealed record ComputedTraitEntry(ComputedTraitRecord Record, long DocumentVersion);

/// <summary>A segment with the version of its document, and the catalog's version in which its definition was saved.</summary>
public sealed record CatalogEntry(SegmentRecord Record, long DocumentVersion, long SavedIn);
