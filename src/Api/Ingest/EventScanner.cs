using System.Text.Json;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Takes one event off the reader in a single pass, without making strings, and notes where its fields lie. Whatever is wrong
/// with it, the reader ends on its last token, so its neighbours are not touched.
/// </summary>
internal static class EventScanner
{
    /// <param name="reader">Stands on the event's first token.</param>
    /// <param name="body">What the reader reads.</param>
    /// <param name="isSuspect">The body may hold broken text (see <see cref="JsonText.IsSuspect"/>).</param>
    /// <param name="options">The limits.</param>
    public static EventDraft Scan(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, bool isSuspect, IngestOptions options)
    {
        var draft = new EventDraft();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var ignored = 0;
            JsonWalk.Skip(ref reader, ref ignored);
            draft.Reject("body", "an event must be a JSON object");
            return draft;
        }

        var start = (int)reader.TokenStartIndex;
        var deepestAllowed = reader.CurrentDepth + options.NestingMax - 1;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var fieldStart = (int)reader.TokenStartIndex;
            var field = EventFields.Match(ref reader);
            reader.Read();
            var deepest = 0;
            var slice = Value(ref reader, field, draft, ref deepest);
            if (deepest > deepestAllowed) draft.Reject(field, $"is nested deeper than {options.NestingMax} levels");
            var isBroken = isSuspect && !JsonText.IsClean(body[fieldStart..(int)reader.BytesConsumed]);
            if (isBroken) draft.Reject(field.NameOf(), $"invalid text in {field.NameOf()}");
            draft.IsMessageIdBroken |= isBroken && field == EventField.MessageId;
            if (field == EventField.Unknown) continue;
            if (draft[field].Kind != JsonTokenType.None) draft.Reject(field, "is given twice");
            draft[field] = slice;
        }

        (draft.Start, draft.Bytes) = (start, (int)reader.BytesConsumed - start);
        return draft;
    }

    private static JsonSlice Value(ref Utf8JsonReader reader, EventField field, EventDraft draft, ref int deepest) => field switch
    {
        EventField.Properties => JsonWalk.Object(ref reader, ref draft.Properties, ref deepest),
        EventField.Traits => JsonWalk.Object(ref reader, ref draft.Traits, ref deepest),
        EventField.Context => JsonWalk.Context(ref reader, ref draft.ContextTraitsSlice, ref draft.ContextTraits, ref deepest),
        _ => JsonWalk.Skip(ref reader, ref deepest),
    };
}
