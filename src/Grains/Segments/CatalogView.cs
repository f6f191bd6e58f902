using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>The compiled definitions that this node judges people by. Replaced as a whole, and only by what was stored after it.</summary>
public sealed class CatalogView
{
    private readonly Lock changing = new();
    private volatile SegmentCatalog current = SegmentCatalog.Empty;
    private volatile IReadOnlySet<SegmentId> unfinished = new HashSet<SegmentId>();
    private long revision;

    public SegmentCatalog Current => current;

    /// <summary>The sets of members for which not everybody has been judged yet.</summary>
    public IReadOnlySet<SegmentId> Unfinished => unfinished;

    /// <summary>That of the stored catalog which this is.</summary>
    public long Revision => Volatile.Read(ref revision);

    /// <summary>Takes a catalog that is stored, unless a newer one was taken already.</summary>
    public void Set(Catalog catalog)
    {
        lock (changing)
        {
            if (catalog.Revision < revision) return;
            unfinished = catalog.Unfinished;
            if (catalog.Version > current.Version) current = catalog.Compile();
            Volatile.Write(ref revision, catalog.Revision);
        }
    }
}
