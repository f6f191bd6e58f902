using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads what is asked of the events that count: how many they are, or an aggregate of their values.</summary>
internal static class AmountReader
{
    /// <summary>At least once where nothing is said; null and an error when it is not right.</summary>
    public static EventCount? Count(JsonObject node, ReadingErrors errors)
    {
        if (node.Find("count") is not { } value) return EventCount.AtLeastOnce;
        var count = JsonObject.Read(value, $"{node.Path}.count", "an object with operator and value", errors);
        if (count is null || !count.HasOnly(errors, "operator", "value")) return null;
        var @operator = CountOperator.GreaterOrEqual;
        if (count.Find("operator") is not null)
        {
            if (Operator(count, errors) is not { } spelt) return null;
            @operator = spelt;
        }

        return count.Whole("value", 0, SegmentLimits.CountMax, errors) is { } number ? new EventCount(@operator, number) : null;
    }

    /// <summary>Null where there is none; false and an error when it is not right.</summary>
    public static bool TryReadAggregate(JsonObject node, ReadingErrors errors, out EventAggregate? aggregate)
    {
        aggregate = null;
        if (node.Find("aggregate") is not { } value) return true;
        aggregate = JsonObject.Read(value, $"{node.Path}.aggregate", "an object with fn, property, operator and value", errors) is { } read ? Aggregate(read, errors) : null;
        return aggregate is not null;
    }

    private static EventAggregate? Aggregate(JsonObject node, ReadingErrors errors)
    {
        if (!node.HasOnly(errors, "fn", "property", "operator", "value")) return null;
        if (AggregateText.Parse(Text(node, "fn")) is not { } function) return errors.Add<EventAggregate>($"{node.Path}.fn", $"expected {AggregateText.Choice}");
        if (node.PathTo("property", errors) is not { } property || Operator(node, errors) is not { } @operator) return null;
        return node.Find("value") is { ValueKind: JsonValueKind.Number } value && AggregateText.TryParse(value.GetRawText(), function, out var number)
            ? new EventAggregate(function, property, @operator, number)
            : errors.Add<EventAggregate>($"{node.Path}.value", $"expected {AggregateText.Form(function)}");
    }

    private static CountOperator? Operator(JsonObject node, ReadingErrors errors)
    {
        if (FieldOperators.Parse(Text(node, "operator")) is { } known && Enum.IsDefined((CountOperator)known)) return (CountOperator)known;
        errors.Add<object>($"{node.Path}.operator", "expected one of eq, neq, gt, gte, lt, lte");
        return null;
    }

    private static string Text(JsonObject node, string name) =>
        node.Find(name) is { ValueKind: JsonValueKind.String } value ? JsonObject.TextOf(value) ?? "" : "";
}
