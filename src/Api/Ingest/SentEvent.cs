using System.Buffers;
using System.Text.Json;
using CdpPipeline.Api.Privacy;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Ingest;

/// <summary>What may be shown of an event that could not be taken, and whom it names. Pure.</summary>
internal static class SentEvent
{
    // What is deeper cannot be looked through, and so is not shown.
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 128 };

    /// <summary>The rejected event with what was sent: its context as it would be stored, its write key left out; nothing where that cannot be told apart.</summary>
    public static RejectedEvent Show(RejectedEvent rejected, EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope, EventRules rules)
    {
        var sent = body.Slice(draft.Start, draft.Bytes);
        if (JsonText.IsSuspect(sent) && !JsonText.IsClean(sent)) return rejected;
        try
        {
            return rejected with { Sent = Copy(sent, envelope.Privacy), Named = NamedIn(draft, body, envelope, rules) };
        }
        catch (JsonException)
        {
            return rejected;
        }
    }

    private static ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> sent, ContextPrivacy privacy)
    {
        var reader = new Utf8JsonReader(sent, ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
        var buffer = new ArrayBufferWriter<byte>(sent.Length + 64);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (field, name) = (EventFields.Match(ref reader), reader.GetString()!);
            reader.Read();
            var (kind, start) = (reader.TokenType, (int)reader.TokenStartIndex);
            reader.Skip();
            var value = sent[start..(int)reader.BytesConsumed];
            if (field == EventField.WriteKey) continue;
            if (field == EventField.Context && kind == JsonTokenType.StartObject) value = privacy.Apply(value.ToArray(), connection: null).Span;

            // An address may stand anywhere in what is no object.
            else if (field == EventField.Context && !privacy.IsNone) continue;
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    // Whatever its type is, and whether or not it may name somebody there: who asks wants to know whom not to show.
    private static Identifier[] NamedIn(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope, EventRules rules)
    {
        var texts = new IdentifierPicker(body, rules.Placeholders);
        texts.Add(IdentifierKind.UserId, draft[EventField.UserId]);
        texts.Add(IdentifierKind.UserId, draft[EventField.PreviousId]);
        texts.Add(IdentifierKind.AnonymousId, draft[EventField.AnonymousId]);
        texts.Add(IdentifierKind.AnonymousId, draft[EventField.PreviousId]);
        texts.Add(IdentifierKind.Email, draft[EventField.Email]);
        var facts = new IdentifierPicker(body, rules.Placeholders);
        foreach (var held in (ReadOnlySpan<ObjectFacts>)[draft.Traits, draft.ContextTraits, draft.Properties, envelope.ContextTraits])
        {
            facts.Add(IdentifierKind.Email, held.Email);
            facts.Add(IdentifierKind.Phone, held.Phone);
        }

        return [.. texts.ToArray(), .. facts.ToArray()];
    }
}
