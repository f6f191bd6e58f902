using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Profiles;

/// <summary>Writes events as the API shows them.</summary>
internal static class EventJson
{
    /// <summary>An item of a profile's timeline.</summary>
    public static void Write(Utf8JsonWriter json, StoredEvent stored)
    {
        json.WriteStartObject();
        WriteMembers(json, stored);
        json.WriteEndObject();
    }

    /// <summary>An item of <c>/events</c>: also context, arrival, and the identifiers sent.</summary>
    public static void WriteWhole(Utf8JsonWriter json, StoredEvent stored)
    {
        json.WriteStartObject();
        WriteMembers(json, stored);
        WriteObject(json, "context"u8, stored.Event.Context);
        json.WriteInstant("receivedAt"u8, stored.Event.ReceivedAt);
        IdentifierKind? last = null;
        foreach (var identifier in stored.Event.Identifiers)
        {
            // Of several of one kind the first goes by its own name; the list has all.
            if (identifier.Kind != last) json.WriteString(Identifier.NameOf(identifier.Kind), identifier.Value);
            last = identifier.Kind;
        }

        json.WriteStartArray("identifiers"u8);
        foreach (var identifier in stored.Event.Identifiers) Write(json, identifier);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Identifier identifier)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, Identifier.NameOf(identifier.Kind));
        json.WriteString("value"u8, identifier.Value);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, StoredEvent stored)
    {
        var e = stored.Event;
        json.WriteString("id"u8, stored.Id.ToString());
        json.WriteString("type"u8, NameOf(e.Type));
        json.WriteString("name"u8, e.Name);
        json.WriteString("source"u8, e.Source);
        WriteObject(json, "properties"u8, e.Properties);
        json.WriteInstant("timestamp"u8, e.Timestamp);
        json.WriteString("messageId"u8, stored.MessageId);
    }

    public static void WriteObject(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.IsEmpty ? "{}"u8 : value.Span, skipInputValidation: true);
    }

    public static ReadOnlySpan<byte> NameOf(EventType type) => type switch
    {
        EventType.Track => "track"u8,
        EventType.Page => "page"u8,
        EventType.Screen => "screen"u8,
        EventType.Identify => "identify"u8,
        EventType.Group => "group"u8,
        _ => "alias"u8,
    };
}
