using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads the <c>operator</c> and <c>value</c> of a field or property condition. The operator must suit the field's type, and the value the
/// operator, so that no condition is accepted that can never be decided.
/// </summary>
internal static class TestReader
{
    private const string DateForm = "a date (\"2024-05-01T00:00:00Z\") or one relative to now (\"-7d\")";

    /// <summary>Null and an error when something is not as expected.</summary>
    public static (FieldOperator Operator, Operand? Operand)? Read(JsonObject node, FieldType type, ReadingErrors errors)
    {
        if (node.Text("operator", SegmentLimits.NameLengthMax, errors) is not { } spelt) return null;
        if (FieldOperators.Parse(spelt) is not { } @operator)
        {
            errors.Add<object>($"{node.Path}.operator", $"expected one of {FieldOperators.Choice}");
            return null;
        }

        if (!Suits(@operator, type))
        {
            errors.Add<object>($"{node.Path}.operator", $"{spelt} does not suit a field that holds a {type.ToString().ToLowerInvariant()}");
            return null;
        }

        var value = node.Find("value");
        if (IsWithoutValue(@operator))
        {
            if (value is null) return (@operator, null);
            errors.Add<object>($"{node.Path}.value", $"{spelt} takes no value");
            return null;
        }

        return Operand(@operator, type, value ?? default, $"{node.Path}.value", errors) is { } operand ? (@operator, operand) : null;
    }

    internal static bool IsWithoutValue(FieldOperator @operator) =>
        @operator is FieldOperator.Exists or FieldOperator.NotExists or FieldOperator.IsTrue or FieldOperator.IsFalse;

    internal static bool Suits(FieldOperator @operator, FieldType type) => (@operator.OppositeOf() ?? @operator) switch
    {
        FieldOperator.Equal or FieldOperator.In or FieldOperator.Exists => true,
        FieldOperator.Greater or FieldOperator.GreaterOrEqual or FieldOperator.Less or FieldOperator.LessOrEqual => true,
        FieldOperator.Before or FieldOperator.After or FieldOperator.WithinLast => type is FieldType.Any or FieldType.Date,
        FieldOperator.IsTrue or FieldOperator.IsFalse => type is FieldType.Any,
        _ => type is FieldType.Any or FieldType.Text,
    };

    /// <summary>A value that suits the operator, which itself suits the type; null and an error otherwise.</summary>
    internal static Operand? Operand(FieldOperator @operator, FieldType type, JsonElement value, string path, ReadingErrors errors) =>
        (@operator.OppositeOf() ?? @operator) switch
        {
            FieldOperator.In => List(type, value, path, errors),
            FieldOperator.Equal => Single(type, value, path, errors),
            FieldOperator.Contains => Single(type, value, path, errors),
            FieldOperator.StartsWith or FieldOperator.EndsWith => Text(value, path, errors),
            FieldOperator.Matches => Pattern(value, path, errors),
            FieldOperator.Before or FieldOperator.After => Date(value) ?? errors.Add<Operand>(path, $"expected {DateForm}"),
            FieldOperator.WithinLast => Duration(value, path, errors),
            _ => Ordered(type, value, path, errors),
        };

    private static ListOperand? List(FieldType type, JsonElement value, string path, ReadingErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Array) return errors.Add<ListOperand>(path, "expected a list of values");
        if (value.GetArrayLength() > SegmentLimits.ListValuesMax) return errors.Add<ListOperand>(path, $"at most {SegmentLimits.ListValuesMax} values are allowed");
        var items = new List<Operand>();
        foreach (var item in value.EnumerateArray())
        {
            if (Single(type, item, $"{path}[{items.Count}]", errors) is not { } read) return null;
            items.Add(read);
        }

        return new ListOperand([.. items]);
    }

    internal static Operand? Single(FieldType type, JsonElement value, string path, ReadingErrors errors) => type switch
    {
        FieldType.Date => Date(value) ?? errors.Add<Operand>(path, $"expected {DateForm}"),
        FieldType.Number => Number(value) ?? errors.Add<Operand>(path, "expected a number"),
        FieldType.Text => Text(value, path, errors),
        _ => value.ValueKind switch
        {
            JsonValueKind.String => Text(value, path, errors),
            JsonValueKind.Number => Number(value) ?? errors.Add<Operand>(path, "expected a number that is not so large"),
            JsonValueKind.True => new TruthOperand(true),
            JsonValueKind.False => new TruthOperand(false),
            _ => errors.Add<Operand>(path, "expected a text, a number, true or false"),
        },
    };

    private static Operand? Ordered(FieldType type, JsonElement value, string path, ReadingErrors errors)
    {
        if (type == FieldType.Text) return Text(value, path, errors);
        var operand = type == FieldType.Number ? null : Date(value);
        operand ??= type == FieldType.Date ? null : Number(value);
        if (operand is not null) return operand;

        // Texts that are no dates have an order, too.
        if (type == FieldType.Any && value.ValueKind == JsonValueKind.String) return Text(value, path, errors);
        return errors.Add<Operand>(path, type switch
        {
            FieldType.Number => "expected a number",
            FieldType.Date => $"expected {DateForm}",
            _ => $"expected a number, a text, {DateForm}",
        });
    }

    private static TextOperand? Text(JsonElement value, string path, ReadingErrors errors)
    {
        if (value.ValueKind != JsonValueKind.String || JsonObject.TextOf(value) is not { } text) return errors.Add<TextOperand>(path, "expected a text");
        return text.Length <= SegmentLimits.TextLengthMax
            ? new TextOperand(text)
            : errors.Add<TextOperand>(path, $"expected at most {SegmentLimits.TextLengthMax} characters");
    }

    private static TextOperand? Pattern(JsonElement value, string path, ReadingErrors errors)
    {
        if (Text(value, path, errors) is not { } pattern) return null;
        try
        {
            _ = ValueTest.Pattern(pattern.Text);
            return pattern;
        }
        catch (Exception reason) when (reason is ArgumentException or NotSupportedException)
        {
            return errors.Add<TextOperand>(path, $"expected a regular expression without look-around and back-references: {reason.Message}");
        }
    }

    private static DurationOperand? Duration(JsonElement value, string path, ReadingErrors errors) =>
        value.ValueKind == JsonValueKind.String && DurationText.TryParse(JsonObject.TextOf(value), out var duration)
            ? new DurationOperand(duration)
            : errors.Add<DurationOperand>(path, $"expected {DurationText.Form}, at most {SegmentLimits.WindowDaysMax} days");

    private static NumberOperand? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && Segments.Number.Of(value) is { IsFinite: true } number ? new NumberOperand(number) : null;

    private static Operand? Date(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        var text = JsonObject.TextOf(value);
        if (DurationText.TryParseOffset(text, out var offset)) return new RelativeDateOperand(offset);
        return DateText.TryParse(text, out var micros) ? new DateOperand(Events.Instants.FromMicros(micros)) : null;
    }
}
