using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Writes a tree as the JSON <c>definition</c>, where one of its three kinds says the same.</summary>
public static class DefinitionWriter
{
    internal const string TypeKind = "event_type_in_last_days";
    internal const string PropertyKind = "event_property_equals";
    internal const string CountKind = "event_count_gte_in_last_days";

    /// <summary>Whether <see cref="TryWrite"/> can.</summary>
    public static bool CanWrite(SegmentNode tree) => TryReduce(tree, out _, out _);

    /// <summary>False, with nothing written, when no kind says what the tree says.</summary>
    public static bool TryWrite(Utf8JsonWriter writer, SegmentNode tree)
    {
        if (!TryReduce(tree, out var condition, out var kind)) return false;
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteString("eventType", condition.Event);
        if (kind == PropertyKind)
        {
            writer.WriteString("path", condition.Where[0].Property.ToString());
            writer.WritePropertyName("value");
            FilterWriter.WriteOperand(writer, condition.Where[0].Value!);
        }

        writer.WriteNumber("days", condition.Within!.Value.Days);
        if (kind == CountKind) writer.WriteNumber("minCount", condition.Count.Number);
        writer.WriteEndObject();
        return true;
    }

    private static bool TryReduce(SegmentNode tree, [NotNullWhen(true)] out EventCondition? condition, [NotNullWhen(true)] out string? kind)
    {
        condition = tree as EventCondition;
        kind = null;
        if (condition?.Within is not { } within || within != TimeSpan.FromDays(within.Days)) return false;
        if (condition.Between is not null || condition.Aggregate is not null || condition.Then is not null) return false;
        if (condition.Count.Operator != CountOperator.GreaterOrEqual || condition.Count.Number < 1) return false;
        kind = (condition.Where.Count, condition.Count.Number) switch
        {
            (0, 1) => TypeKind,
            (0, _) => CountKind,
            (1, 1) when condition.Where[0].Operator == FieldOperator.Equal => PropertyKind,
            _ => null,
        };
        return kind is not null;
    }
}
