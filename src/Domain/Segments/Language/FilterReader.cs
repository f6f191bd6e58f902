using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads the JSON <c>filter</c> of the API into a tree, within <see cref="SegmentLimits"/>. The first thing that is not as expected is the
/// error; nothing is guessed or ignored.
/// </summary>
public sealed class FilterReader
{
    private static readonly string[] Kinds = ["and", "or", "not", "field", "event", "segment"];

    private readonly ReadingErrors errors = new();
    private int nodes;

    private FilterReader()
    {
    }

    /// <summary>The tree, or null and an error whose path begins with <c>filter</c>. References are not followed.</summary>
    public static SegmentNode? Read(JsonElement filter, out SegmentError? error)
    {
        var reader = new FilterReader();
        var tree = reader.Node(filter, "filter", 1);
        error = reader.errors.First;
        return error is null ? tree : null;
    }

    /// <summary>A tree that was read before and then stored. Throws <see cref="InvalidDataException"/> if it is not as it was.</summary>
    public static SegmentNode ReadTrusted(JsonElement filter) =>
        Read(filter, out var error) ?? throw new InvalidDataException($"A stored segment cannot be read: {error}.");

    private SegmentNode? Node(JsonElement value, string path, int depth)
    {
        if (depth > SegmentLimits.DepthMax) return errors.Add<SegmentNode>(path, $"at most {SegmentLimits.DepthMax} levels are allowed");
        if (!CountNode(path)) return null;
        var node = JsonObject.Read(value, path, "an object with one of " + string.Join(", ", Kinds), errors);
        if (node is null) return null;
        var kind = Array.Find(Kinds, node.Has);
        return kind switch
        {
            "and" => List(node, kind, depth) is { } list ? new AndNode(list) : null,
            "or" => List(node, kind, depth) is { } list ? new OrNode(list) : null,
            "not" => Not(node, depth),
            "field" => Field(node),
            "event" => Event(node),
            "segment" => Reference(node),
            _ => errors.Add<SegmentNode>(path, "expected one of " + string.Join(", ", Kinds)),
        };
    }

    private ValueList<SegmentNode>? List(JsonObject node, string kind, int depth)
    {
        if (!node.HasOnly(errors, kind)) return null;
        var path = $"{node.Path}.{kind}";
        if (node.Find(kind) is not { ValueKind: JsonValueKind.Array } list) return errors.Add<ValueList<SegmentNode>>(path, "expected a list of conditions");
        var read = new List<SegmentNode>();
        foreach (var item in list.EnumerateArray())
        {
            if (Node(item, $"{path}[{read.Count}]", depth + 1) is not { } child) return null;
            read.Add(child);
        }

        return [.. read];
    }

    private NotNode? Not(JsonObject node, int depth)
    {
        if (!node.HasOnly(errors, "not")) return null;
        return Node(node.Find("not") ?? default, $"{node.Path}.not", depth + 1) is { } inner ? new NotNode(inner) : null;
    }

    private FieldCondition? Field(JsonObject node)
    {
        if (!node.HasOnly(errors, "field", "operator", "value")) return null;
        if (node.Text("field", SegmentLimits.NameLengthMax, errors) is not { } name) return null;
        if (SegmentField.Parse(name) is not { } field)
        {
            return errors.Add<FieldCondition>($"{node.Path}.field", $"expected {SegmentField.Choice}");
        }

        return TestReader.Read(node, field.Type, errors) is { } test ? new FieldCondition(field, test.Operator, test.Operand) : null;
    }

    private SegmentReference? Reference(JsonObject node)
    {
        if (!node.HasOnly(errors, "segment")) return null;
        if (node.Text("segment", SegmentLimits.NameLengthMax, errors) is not { } text) return null;
        return SegmentId.TryParse(text, out var id) ? new SegmentReference(id) : errors.Add<SegmentReference>($"{node.Path}.segment", "expected the id of a segment");
    }

    private EventCondition? Event(JsonObject node)
    {
        foreach (var later in (ReadOnlySpan<string>)["aggregate", "between", "then"])
        {
            if (node.Find(later) is not null) return errors.Add<EventCondition>($"{node.Path}.{later}", "is not supported yet");
        }

        if (!node.HasOnly(errors, "event", "where", "count", "within")) return null;
        if (node.Text("event", SegmentLimits.NameLengthMax, errors) is not { } name) return null;
        if (Where(node) is not { } where || Count(node) is not { } count || !Within(node, out var within)) return null;
        return new EventCondition(name) { Where = where, Count = count, Within = within };
    }

    private ValueList<PropertyCondition>? Where(JsonObject node)
    {
        var path = $"{node.Path}.where";
        if (node.Find("where") is not { } where) return [];
        if (where.ValueKind == JsonValueKind.String) return errors.Add<ValueList<PropertyCondition>>(path, "as a text is not supported yet; expected a list");
        if (where.ValueKind != JsonValueKind.Array) return errors.Add<ValueList<PropertyCondition>>(path, "expected a list of property conditions");
        var read = new List<PropertyCondition>();
        foreach (var item in where.EnumerateArray())
        {
            if (Property(item, $"{path}[{read.Count}]") is not { } test) return null;
            read.Add(test);
        }

        return [.. read];
    }

    private PropertyCondition? Property(JsonElement value, string path)
    {
        if (!CountNode(path)) return null;
        var node = JsonObject.Read(value, path, "an object with property, operator and value", errors);
        if (node is null || !node.HasOnly(errors, "property", "operator", "value")) return null;
        if (node.Text("property", SegmentLimits.NameLengthMax, errors) is not { } name) return null;
        if (PropertyPath.Parse(name) is not { } property) return errors.Add<PropertyCondition>($"{path}.property", "expected keys separated by single dots");
        return TestReader.Read(node, FieldType.Any, errors) is { } test ? new PropertyCondition(property, test.Operator, test.Operand) : null;
    }

    private EventCount? Count(JsonObject node)
    {
        if (node.Find("count") is not { } value) return EventCount.AtLeastOnce;
        var count = JsonObject.Read(value, $"{node.Path}.count", "an object with operator and value", errors);
        if (count is null || !count.HasOnly(errors, "operator", "value")) return null;
        var @operator = FieldOperator.GreaterOrEqual;
        if (count.Find("operator") is { } spelt)
        {
            var known = spelt.ValueKind == JsonValueKind.String ? FieldOperators.Parse(JsonObject.TextOf(spelt) ?? "") : null;
            if (known is not { } found || !Enum.IsDefined((CountOperator)found))
            {
                errors.Add<object>($"{count.Path}.operator", "expected one of eq, neq, gt, gte, lt, lte");
                return null;
            }

            @operator = found;
        }

        return count.Whole("value", 0, SegmentLimits.CountMax, errors) is { } number ? new EventCount((CountOperator)@operator, number) : null;
    }

    private bool Within(JsonObject node, out TimeSpan? within)
    {
        within = null;
        if (node.Find("within") is not { } value) return true;
        if (value.ValueKind == JsonValueKind.String && DurationText.TryParse(JsonObject.TextOf(value), out var duration)) within = duration;
        else errors.Add<object>($"{node.Path}.within", $"expected {DurationText.Form}, at most {SegmentLimits.WindowDaysMax} days");
        return within is not null;
    }

    private bool CountNode(string path)
    {
        if (++nodes <= SegmentLimits.NodesMax) return true;
        errors.Add<object>(path, $"at most {SegmentLimits.NodesMax} conditions are allowed");
        return false;
    }
}
