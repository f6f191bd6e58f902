using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>The compiled definitions that this node judges people by. Replaced as a whole.</summary>
public sealed class CatalogView
{
    private volatile SegmentCatalog current = SegmentCatalog.Empty;

    public SegmentCatalog Current => current;

    /// <summary>Takes a newer catalog; an older one is ignored.</summary>
    public void Set(SegmentCatalog catalog)
    {
        if (catalog.Version > current.Version) current = catalog;
    }
}
