using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>The compiled definitions that this node judges people by. Replaced as a whole.</summary>
public sealed class CatalogView
{
    private volatile SegmentCatalog current = SegmentCatalog.Empty;
    private volatile IReadOnlySet<SegmentId> unfinished = new HashSet<SegmentId>();

    public SegmentCatalog Current => current;

    /// <summary>The sets of members for which not everybody has been judged yet.</summary>
    public IReadOnlySet<SegmentId> Unfinished => unfinished;

    /// <summary>Takes a newer catalog; of an older one, or the same, only which sets are unfinished.</summary>
    public void Set(SegmentCatalog catalog, IReadOnlySet<SegmentId> unfinishedSets)
    {
        unfinished = unfinishedSets;
        if (catalog.Version > current.Version) current = catalog;
    }
}
