using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>One value that a condition reads. <c>default</c> is a missing one.</summary>
internal readonly struct FieldValue
{
    private readonly JsonElement element;
    private readonly long micros;

    private FieldValue(ValueKind kind, string? text = null, Number number = default, long micros = 0, JsonElement element = default)
    {
        Kind = kind;
        Text = text;
        Number = number;
        this.micros = micros;
        this.element = element;
    }

    public ValueKind Kind { get; }

    /// <summary>Only for <see cref="ValueKind.Text"/>.</summary>
    public string? Text { get; }

    /// <summary>Only for <see cref="ValueKind.Number"/>.</summary>
    public Number Number { get; }

    public static FieldValue Of(string? text) => text is null ? default : new FieldValue(ValueKind.Text, text);

    public static FieldValue Of(bool? truth) => truth is { } present ? new FieldValue(present ? ValueKind.True : ValueKind.False) : default;

    public static FieldValue Of(long number) => new(ValueKind.Number, number: Number.Of((decimal)number));

    public static FieldValue Of(DateTimeOffset? instant) =>
        instant is { } present ? new FieldValue(ValueKind.Instant, micros: Events.Instants.ToMicros(present)) : default;

    public static FieldValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Of(JsonObject.TextOf(element)),
        JsonValueKind.Number => new FieldValue(ValueKind.Number, number: Number.Of(element)),
        JsonValueKind.True => new FieldValue(ValueKind.True),
        JsonValueKind.False => new FieldValue(ValueKind.False),
        JsonValueKind.Array => new FieldValue(ValueKind.List, element: element),
        JsonValueKind.Object => new FieldValue(ValueKind.Object, element: element),
        _ => default,
    };

    /// <summary>As an instant in microseconds: a date, or a text that spells one.</summary>
    public bool TryGetInstant(out long instant)
    {
        instant = micros;
        return Kind == ValueKind.Instant || (Kind == ValueKind.Text && DateText.TryParse(Text, out instant));
    }

    /// <summary>As JSON that stays valid. Not for a missing one.</summary>
    public JsonElement ToElement() => Kind switch
    {
        ValueKind.List or ValueKind.Object => element.Clone(),
        ValueKind.Text => JsonSerializer.SerializeToElement(Text),
        ValueKind.Number => Number.ToElement(),
        ValueKind.Instant => JsonSerializer.SerializeToElement(DateText.Of(Events.Instants.FromMicros(micros))),
        _ => JsonSerializer.SerializeToElement(Kind == ValueKind.True),
    };

    /// <summary>Whether a list's member satisfies a test of a single value.</summary>
    public bool AnyMember(ValueTest test, long now)
    {
        foreach (var member in element.EnumerateArray())
        {
            if (test.Holds(Of(member), now)) return true;
        }

        return false;
    }
}

/// <summary>What a value is.</summary>
internal enum ValueKind : byte
{
    Missing,
    Text,
    Number,
    True,
    False,
    Instant,
    List,
    Object,
}
