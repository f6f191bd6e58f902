using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// A node of a definition as it stands for a person: whether it holds, and until when that stays so if nothing but time passes (null: for good).
/// The truth is the compiled evaluator's own. <paramref name="Path"/> is the node's place in the JSON spelling of its definition.
/// </summary>
public sealed record ExplainedNode(string Path, SegmentNode Node, bool Holds, DateTimeOffset? Until)
{
    /// <summary>Of and, or, not: what is inside; of a reference: the other segment's definition, if there is such a segment.</summary>
    public IReadOnlyList<ExplainedNode> Inner { get; init; } = [];

    /// <summary>Of a field condition: the values that it looked at, none when the field is missing. Valid without disposal.</summary>
    public IReadOnlyList<JsonElement> Actual { get; init; } = [];

    /// <summary>
    /// Of an event condition: how many events in its window the evaluator counts (of an aggregate: how many values; of a sequence: how many
    /// first events that were followed). It stops at the number that decides; there may be more.
    /// </summary>
    public int Counted { get; init; }

    /// <summary>
    /// Of a sum or an average: what it is, with as many digits as a decimal has; of a count of different values: as <see cref="Counted"/>. Null
    /// where there is no value, and for a least or greatest one, which the evaluator only compares.
    /// </summary>
    public decimal? Value { get; init; }
}
