namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>How many computed traits there may be, and how large they may get.</summary>
public static class ComputedTraitLimits
{
    /// <summary>Definitions in all.</summary>
    public const int TraitsMax = 200;

    /// <summary>A name, in characters.</summary>
    public const int NameLengthMax = 64;

    /// <summary>A text that takes part as a value, in UTF-16 characters; a longer one takes none.</summary>
    public const int ValueLengthMax = 256;

    /// <summary>Values that a unique list shows, the newest.</summary>
    public const int ListValuesMax = 100;

    /// <summary>
    /// Events that a component's state keeps of one trait whose values are texts. What goes beyond is dropped, the oldest first, and read from
    /// the log again whenever it may matter. For the others it is <see cref="Segments.SegmentLimits.ItemsMax"/>.
    /// </summary>
    public const int TextItemsMax = 1_024;
}
