namespace CdpPipeline.Domain.Segments;

/// <summary>How large a definition may be. What exceeds a limit is refused when it is read.</summary>
public static class SegmentLimits
{
    /// <summary>Nodes of one tree; property conditions and the steps of a sequence count as nodes.</summary>
    public const int NodesMax = 500;

    /// <summary>Nodes on the way from the root to a leaf, both counted.</summary>
    public const int DepthMax = 32;

    /// <summary>The number an event count is compared with. A person's state keeps up to one timestamp more than this.</summary>
    public const int CountMax = 1_000;

    /// <summary>The largest magnitude of a number that an aggregate is compared with, 10^18.</summary>
    public const long AggregateMagnitudeMax = 1_000_000_000_000_000_000;

    /// <summary>Decimal places of a number that an aggregate is compared with.</summary>
    public const int AggregateDecimalsMax = 9;

    /// <summary>
    /// Events, or values, that a component's state keeps of one condition. What goes beyond is dropped, the oldest first, and read from the
    /// log again whenever it may matter.
    /// </summary>
    public const int ItemsMax = 4_096;

    /// <summary>Events of one sequence, the first one counted.</summary>
    public const int SequenceStepsMax = 8;

    /// <summary>The longest window or relative date, in days.</summary>
    public const int WindowDaysMax = 3_650;

    /// <summary>Values of one <c>in</c> or <c>not_in</c>.</summary>
    public const int ListValuesMax = 1_000;

    /// <summary>A text value or a pattern, in UTF-16 characters.</summary>
    public const int TextLengthMax = 1_024;

    /// <summary>An event name or a path, in UTF-16 characters.</summary>
    public const int NameLengthMax = 512;

    /// <summary>Segments on the way along references from one definition, itself counted.</summary>
    public const int ReferenceDepthMax = 16;

    /// <summary>Nodes of one tree with everything it refers to put in the references' place.</summary>
    public const int ExpandedNodesMax = 10_000;

    /// <summary>The nesting that a JSON reader must allow for the deepest permitted filter, within an object that has it, to reach <see cref="FilterReader"/>.</summary>
    public const int JsonDepthMax = 128;
}
