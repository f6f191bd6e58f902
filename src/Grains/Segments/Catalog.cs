using System.Collections.Immutable;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>All definitions at one version, with the numbers of their event conditions. Immutable.</summary>
public sealed record Catalog(long Version, ImmutableDictionary<SegmentId, CatalogEntry> Segments, ConditionNumbers Numbers)
{
    public SegmentCatalog Compile() =>
        SegmentCatalog.Compile(Version, [.. Segments.Values.Select(segment => (segment.Record.Id, segment.Record.Definition))], Numbers);
}

/// <summary>A segment with the version of its document, and the catalog's version in which its definition was saved.</summary>
public sealed record CatalogEntry(SegmentRecord Record, long DocumentVersion, long SavedIn);
