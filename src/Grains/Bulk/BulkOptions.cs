namespace CdpPipeline.Grains.Bulk;

/// <summary>Bounds of looking at many people. Section <c>Cdp:Bulk</c>.</summary>
public sealed class BulkOptions
{
    /// <summary>People read together. Default: 4,000.</summary>
    public int PageSize { get; set; } = 4_000;

    /// <summary>People who take their turns at the same time, so that the store writes them together. Default: 500.</summary>
    public int TurnsMax { get; set; } = 500;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for a value that can't work.</summary>
    public BulkOptions Validated()
    {
        if (PageSize is < 1 or > 100_000) throw new ArgumentOutOfRangeException(nameof(PageSize), PageSize, "Cdp:Bulk:PageSize must lie between 1 and 100,000.");
        if (TurnsMax is < 1 or > 10_000) throw new ArgumentOutOfRangeException(nameof(TurnsMax), TurnsMax, "Cdp:Bulk:TurnsMax must lie between 1 and 10,000.");
        return this;
    }
}
