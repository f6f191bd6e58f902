using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads event conditions with the steps that follow them. <paramref name="countNode"/> answers false, with an error at the path, for one
/// condition too many.
/// </summary>
internal sealed class EventReader(ReadingErrors errors, Func<string, bool> countNode)
{
    public EventCondition? Read(JsonObject node)
    {
        if (!node.HasOnly(errors, "event", "where", "count", "aggregate", "within", "between", "then")) return null;
        if (node.Text("event", SegmentLimits.NameLengthMax, errors) is not { } name || Where(node) is not { } where) return null;
        if (!Excludes(node, "aggregate", "count") || !Excludes(node, "aggregate", "then") || !Excludes(node, "within", "between")) return null;
        if (AmountReader.Count(node, errors) is not { } count || !AmountReader.TryReadAggregate(node, errors, out var aggregate)) return null;
        if (!WindowReader.TryReadWithin(node, errors, out var within) || !WindowReader.TryReadBetween(node, errors, out var between)) return null;
        if (!TryReadThen(node, 2, out var then)) return null;
        return new EventCondition(name) { Where = where, Count = count, Aggregate = aggregate, Within = within, Between = between, Then = then };
    }

    /// <summary>Only which events count: their name, what they must satisfy, and when. Other members are left to the caller.</summary>
    public EventCondition? ReadWhich(JsonObject node)
    {
        if (node.Text("event", SegmentLimits.NameLengthMax, errors) is not { } name || Where(node) is not { } where || !Excludes(node, "within", "between")) return null;
        if (!WindowReader.TryReadWithin(node, errors, out var within) || !WindowReader.TryReadBetween(node, errors, out var between)) return null;
        return new EventCondition(name) { Where = where, Within = within, Between = between };
    }

    // The first of a sequence is not read here.
    private bool TryReadThen(JsonObject node, int number, out SequenceStep? then)
    {
        then = null;
        if (node.Find("then") is not { } value) return true;
        var path = $"{node.Path}.then";
        if (number > SegmentLimits.SequenceStepsMax)
        {
            errors.Add<object>(path, $"at most {SegmentLimits.SequenceStepsMax} events are allowed in a sequence");
            return false;
        }

        if (!countNode(path)) return false;
        then = JsonObject.Read(value, path, "an object with the event that follows", errors) is { } step ? Step(step, number) : null;
        return then is not null;
    }

    private SequenceStep? Step(JsonObject step, int number)
    {
        if (!step.HasOnly(errors, "event", "where", "within", "then")) return null;
        if (step.Text("event", SegmentLimits.NameLengthMax, errors) is not { } name || Where(step) is not { } where) return null;
        if (!WindowReader.TryReadWithin(step, errors, out var within) || !TryReadThen(step, number + 1, out var next)) return null;
        return new SequenceStep(name) { Where = where, Within = within, Then = next };
    }

    private ValueList<PropertyCondition>? Where(JsonObject node)
    {
        if (node.Find("where") is not { } where) return [];
        var path = $"{node.Path}.where";
        if (where.ValueKind != JsonValueKind.Array)
        {
            return errors.Add<ValueList<PropertyCondition>>(path, "expected a list of property conditions; only a whole definition may be a text");
        }

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
        if (!countNode(path)) return null;
        var node = JsonObject.Read(value, path, "an object with property, operator and value", errors);
        if (node is null || !node.HasOnly(errors, "property", "operator", "value")) return null;
        if (node.PathTo("property", errors) is not { } property) return null;
        return TestReader.Read(node, FieldType.Any, errors) is { } test ? new PropertyCondition(property, test.Operator, test.Operand) : null;
    }

    private bool Excludes(JsonObject node, string one, string other)
    {
        if (node.Find(one) is null || node.Find(other) is null) return true;
        errors.Add<object>($"{node.Path}.{other}", $"{one} and {other} exclude each other");
        return false;
    }
}
