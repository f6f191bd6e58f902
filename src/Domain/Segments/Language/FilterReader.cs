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
    private readonly EventReader events;
    private int nodes;

    private FilterReader() => events = new EventReader(errors, CountNode);

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

    /// <summary>The same, of its text.</summary>
    public static SegmentNode ReadTrusted(string filter)
    {
        using var json = JsonDocument.Parse(filter, new JsonDocumentOptions { MaxDepth = SegmentLimits.JsonDepthMax });
        return ReadTrusted(json.RootElement);
    }

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
            "event" => events.Read(node),
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

    private bool CountNode(string path)
    {
        if (++nodes <= SegmentLimits.NodesMax) return true;
        errors.Add<object>(path, $"at most {SegmentLimits.NodesMax} conditions are allowed");
        return false;
    }
}
