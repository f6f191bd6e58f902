using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads the JSON <c>definition</c>: one event condition by its kind, <c>event_type_in_last_days</c>, <c>event_property_equals</c> or
/// <c>event_count_gte_in_last_days</c>.
/// </summary>
public static class DefinitionReader
{
    /// <summary>The tree that means the same, or null and an error whose path begins with <c>definition</c>.</summary>
    public static SegmentNode? Read(JsonElement definition, out SegmentError? error)
    {
        var errors = new ReadingErrors();
        var tree = JsonObject.Read(definition, "definition", "an object with kind", errors) is { } members ? Condition(members, errors) : null;
        error = errors.First;
        return error is null ? tree : null;
    }

    private static EventCondition? Condition(JsonObject members, ReadingErrors errors)
    {
        var kind = members.Text("kind", SegmentLimits.NameLengthMax, errors);
        ReadOnlySpan<string> known = kind switch
        {
            null => [],
            DefinitionWriter.TypeKind => ["kind", "eventType", "days"],
            DefinitionWriter.PropertyKind => ["kind", "eventType", "path", "value", "days"],
            DefinitionWriter.CountKind => ["kind", "eventType", "days", "minCount"],
            _ => [],
        };
        if (known.IsEmpty)
        {
            return errors.Add<EventCondition>("definition.kind", $"expected {DefinitionWriter.TypeKind}, {DefinitionWriter.PropertyKind} or {DefinitionWriter.CountKind}");
        }

        if (!members.HasOnly(errors, known)) return null;
        if (members.Text("eventType", SegmentLimits.NameLengthMax, errors) is not { } name) return null;
        if (members.Whole("days", 1, SegmentLimits.WindowDaysMax, errors) is not { } days) return null;
        var condition = new EventCondition(name) { Within = TimeSpan.FromDays(days) };
        if (kind == DefinitionWriter.TypeKind) return condition;
        if (kind == DefinitionWriter.PropertyKind) return Property(members, errors) is { } test ? condition with { Where = [test] } : null;
        return members.Whole("minCount", 1, SegmentLimits.CountMax, errors) is { } count
            ? condition with { Count = new EventCount(CountOperator.GreaterOrEqual, count) }
            : null;
    }

    private static PropertyCondition? Property(JsonObject members, ReadingErrors errors)
    {
        if (members.Text("path", SegmentLimits.NameLengthMax, errors) is not { } text) return null;
        if (PropertyPath.Parse(text) is not { } path) return errors.Add<PropertyCondition>("definition.path", "expected keys separated by single dots");
        var value = TestReader.Single(FieldType.Any, members.Find("value") ?? default, "definition.value", errors);
        return value is null ? null : new PropertyCondition(path, FieldOperator.Equal, value);
    }
}
