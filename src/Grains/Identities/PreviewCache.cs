using System.Runtime.CompilerServices;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Compiles a definition once for all the people it is asked about, as long as somebody holds on to it and the catalog stays the same.
/// </summary>
internal sealed class PreviewCache
{
    private readonly ConditionalWeakTable<SegmentNode, CompiledFor> compiled = [];

    public SegmentPreview Of(SegmentNode definition, SegmentCatalog catalog)
    {
        if (compiled.TryGetValue(definition, out var known) && ReferenceEquals(known.Catalog, catalog)) return known.Preview;
        var preview = catalog.ForPreview(definition);
        compiled.AddOrUpdate(definition, new CompiledFor(catalog, preview));
        return preview;
    }

    private sealed record CompiledFor(SegmentCatalog Catalog, SegmentPreview Preview);
}
