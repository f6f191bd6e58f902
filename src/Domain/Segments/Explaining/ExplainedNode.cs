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
    /// Of an event condition: how many events in its window the evaluator counts. It stops at the number that decides; there may be more.
    /// </summary>
    public int Counted { get; init; }
}
