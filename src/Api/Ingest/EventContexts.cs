using System.Buffers;
using System.Text.Json;

namespace CdpPipeline.Api.Ingest;

/// <summary>Makes an event's context: its own over the batch's, top-level key by key, without what is not to be kept. Equal neighbours share one copy.</summary>
internal static class EventContexts
{
    public static ReadOnlyMemory<byte> Of(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope)
    {
        var own = draft[EventField.Context];
        if (own.IsAbsent && envelope.Context.IsAbsent) return envelope.Privacy.Apply(default, envelope.Connection);
        if (!own.IsAbsent && !envelope.Context.IsAbsent) return Share(Merge(own.In(body), envelope.Context.In(body)), envelope);
        return Share((own.IsAbsent ? envelope.Context : own).In(body), envelope);
    }

    private static ReadOnlyMemory<byte> Share(ReadOnlySpan<byte> context, Envelope envelope)
    {
        if (!envelope.LastContext.Span.SequenceEqual(context))
        {
            envelope.LastContext = context.ToArray();
            envelope.LastStored = envelope.Privacy.Apply(envelope.LastContext, envelope.Connection);
        }

        return envelope.LastStored;
    }

    private static ReadOnlySpan<byte> Merge(ReadOnlySpan<byte> own, ReadOnlySpan<byte> defaults)
    {
        var buffer = new ArrayBufferWriter<byte>(own.Length + defaults.Length);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        HashSet<string> names = new(StringComparer.Ordinal);
        json.WriteStartObject();
        Write(own, json, names);
        Write(defaults, json, names);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    private static void Write(ReadOnlySpan<byte> source, Utf8JsonWriter json, HashSet<string> names)
    {
        var reader = new Utf8JsonReader(source);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            var ignored = 0;
            var value = JsonWalk.Skip(ref reader, ref ignored);
            if (!names.Add(name)) continue;
            json.WritePropertyName(name);
            json.WriteRawValue(value.In(source), skipInputValidation: true);
        }
    }
}
