namespace CdpPipeline.Domain.Schemas;

/// <summary>How large a schema may be. What exceeds a limit is refused when it is read.</summary>
public static class SchemaLimits
{
    /// <summary>Schemas in one, each place that a <c>$ref</c> leads to counted as often as it is referred to.</summary>
    public const int NodesMax = 1_000;

    /// <summary>Schemas on the way from the root to a leaf, both counted, references followed.</summary>
    public const int DepthMax = 32;

    /// <summary>Values of one <c>enum</c>.</summary>
    public const int ValuesMax = 1_000;

    /// <summary>A pattern, in UTF-16 characters.</summary>
    public const int PatternLengthMax = 1_024;

    /// <summary>Findings that one check collects; what comes after them is not looked for.</summary>
    public const int FindingsMax = 10;
}
