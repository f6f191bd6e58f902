using System.Text.Json;

namespace CdpPipeline.Api.Ingest;

/// <summary>The fields that mean something at the top of a call or a batch.</summary>
internal enum EventField : byte
{
    Unknown,
    Type,
    Event,
    Name,
    Category,
    UserId,
    AnonymousId,
    PreviousId,
    GroupId,
    Traits,
    Properties,
    Context,
    Timestamp,
    OriginalTimestamp,
    SentAt,
    MessageId,
    Source,
    Email,
    OccurredAt,
    WriteKey,
    Batch,
    Integrations,
}

/// <summary>Field names, from and to.</summary>
internal static class EventFields
{
    public const int Count = (int)EventField.Integrations + 1;

    private const int EscapedNameMax = 128;

    private static readonly string[] Names =
        ["body", .. Enum.GetNames<EventField>().Skip(1).Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>The field as clients spell it; <c>body</c> for a field that means nothing here.</summary>
    public static string NameOf(this EventField field) => Names[(int)field];

    /// <summary>The field that the reader's property name spells, escaped or not.</summary>
    public static EventField Match(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return Match(reader.ValueSpan);
        if (reader.ValueSpan.Length > EscapedNameMax || !JsonText.IsClean(reader.ValueSpan)) return EventField.Unknown;
        Span<byte> name = stackalloc byte[EscapedNameMax];
        return Match(name[..reader.CopyString(name)]);
    }

    private static EventField Match(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("type"u8) => EventField.Type,
        4 when name.SequenceEqual("name"u8) => EventField.Name,
        5 when name.SequenceEqual("event"u8) => EventField.Event,
        5 when name.SequenceEqual("batch"u8) => EventField.Batch,
        5 when name.SequenceEqual("email"u8) => EventField.Email,
        6 when name.SequenceEqual("userId"u8) => EventField.UserId,
        6 when name.SequenceEqual("traits"u8) => EventField.Traits,
        6 when name.SequenceEqual("sentAt"u8) => EventField.SentAt,
        6 when name.SequenceEqual("source"u8) => EventField.Source,
        7 when name.SequenceEqual("context"u8) => EventField.Context,
        7 when name.SequenceEqual("groupId"u8) => EventField.GroupId,
        8 when name.SequenceEqual("category"u8) => EventField.Category,
        8 when name.SequenceEqual("writeKey"u8) => EventField.WriteKey,
        9 when name.SequenceEqual("messageId"u8) => EventField.MessageId,
        9 when name.SequenceEqual("timestamp"u8) => EventField.Timestamp,
        10 when name.SequenceEqual("properties"u8) => EventField.Properties,
        10 when name.SequenceEqual("previousId"u8) => EventField.PreviousId,
        10 when name.SequenceEqual("occurredAt"u8) => EventField.OccurredAt,
        11 when name.SequenceEqual("anonymousId"u8) => EventField.AnonymousId,
        12 when name.SequenceEqual("integrations"u8) => EventField.Integrations,
        17 when name.SequenceEqual("originalTimestamp"u8) => EventField.OriginalTimestamp,
        _ => EventField.Unknown,
    };
}
