using System.Text.Json;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Auth;

/// <summary>Writes sources and their keys; never the text of a key that is not new.</summary>
internal static class SourceJson
{
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<KeyedSource> sources)
    {
        json.WriteStartArray("sources"u8);
        foreach (var source in sources)
        {
            json.WriteStartObject();
            Write(json, source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A source that was made just now, with its key.</summary>
    public static void WriteNew(Utf8JsonWriter json, (KeyedSource Source, string WriteKey) made)
    {
        Write(json, made.Source);
        json.WriteString("writeKey"u8, made.WriteKey);
    }

    /// <summary>A source, and what this process counted of its events.</summary>
    public static void WriteCounted(Utf8JsonWriter json, (KeyedSource Source, SourceCounts Counts) counted)
    {
        Write(json, counted.Source);
        json.WriteStartObject("counters"u8);
        json.WriteInstant("since"u8, counted.Counts.Since);
        json.WriteNumber("accepted"u8, counted.Counts.Accepted);
        json.WriteNumber("duplicates"u8, counted.Counts.Duplicates);
        json.WriteNumber("rejected"u8, counted.Counts.Rejected);
        json.WriteNumber("limited"u8, counted.Counts.Limited);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, KeyedSource keyed)
    {
        var (source, keys) = keyed;
        json.WriteString("id"u8, source.Id);
        json.WriteString("name"u8, source.Name);
        WriteTexts(json, "allowedOrigins"u8, source.AllowedOrigins);
        WriteTexts(json, "allowedEvents"u8, source.AllowedEvents.Order(StringComparer.Ordinal));
        json.WritePropertyName("rateLimit"u8);
        if (source.RateLimit is { } rate)
        {
            json.WriteStartObject();
            json.WriteNumber("eventsPerSecond"u8, rate.EventsPerSecond);
            json.WriteNumber("burst"u8, rate.Burst);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WritePropertyName("retention"u8);
        if (source.RetentionDays is { } days)
        {
            json.WriteStartObject();
            json.WriteNumber("days"u8, days);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        WriteTexts(json, "formerNames"u8, source.FormerNames.Select(former => former.Name));
        json.WriteStartArray("keys"u8);
        foreach (var key in keys)
        {
            json.WriteStartObject();
            WriteKey(json, key);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteKey(Utf8JsonWriter json, WriteKey key)
    {
        json.WriteString("id"u8, key.Id);
        json.WriteString("label"u8, key.Label);
        json.WriteInstant("createdAt"u8, key.CreatedAt);
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
