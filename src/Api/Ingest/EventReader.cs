using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Turns a body into events: one pass of the tokeniser, then each event judged on its own, so that a bad one never costs its
/// neighbours. Never throws on any input. Keeps no reference to the body. Safe for concurrent use.
/// </summary>
internal sealed class EventReader(EventRules rules)
{
    // Depth is limited per event, so that one that is too deep costs only itself. The tokeniser keeps one bit a level.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private readonly EventBuilder builder = new(rules);

    /// <summary>Reads <c>{"batch":[…],"sentAt":…,"context":{…}}</c>, its fields in any order.</summary>
    public ReadEvents ReadBatch(ReadOnlySpan<byte> body, Envelope envelope)
    {
        body = WithoutMark(body);
        List<EventDraft> drafts = [];
        var problem = ScanBatch(body, drafts, envelope);
        return problem is null ? Build(drafts, body, envelope) : new ReadEvents { Problem = problem };
    }

    /// <summary>Reads a body that is one event.</summary>
    public ReadEvents ReadOne(ReadOnlySpan<byte> body, Envelope envelope)
    {
        body = WithoutMark(body);
        var problem = Scan(body, out var draft);
        return problem is null ? Build([draft!], body, envelope) : new ReadEvents { Problem = problem };
    }

    /// <summary>Takes a single call apart without judging it.</summary>
    public Problem? Scan(ReadOnlySpan<byte> body, out EventDraft? draft)
    {
        draft = null;
        var reader = new Utf8JsonReader(body, AnyDepth);
        try
        {
            reader.Read();
            draft = EventScanner.Scan(ref reader, body, JsonText.IsSuspect(body), rules.Options);
            reader.Read();
            return null;
        }
        catch (JsonException exception)
        {
            return Broken(exception);
        }
    }

    /// <summary>The <c>writeKey</c> at the top of the body, or null. Nothing else is looked at.</summary>
    public static string? FindWriteKey(ReadOnlySpan<byte> body)
    {
        body = WithoutMark(body);
        var reader = new Utf8JsonReader(body, AnyDepth);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var field = EventFields.Match(ref reader);
                reader.Read();
                var depth = 0;
                var slice = JsonWalk.Skip(ref reader, ref depth);
                if (field == EventField.WriteKey) return slice.IsString && JsonText.IsClean(slice.In(body)) ? slice.Text(body) : null;
            }
        }
        catch (JsonException)
        {
            // Without a key the body is refused before anybody asks whether it is JSON.
        }

        return null;
    }

    /// <summary>The body without a byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    private static Problem Broken(JsonException exception) =>
        Problems.NotJson((exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1);

    private Problem? ScanBatch(ReadOnlySpan<byte> body, List<EventDraft> drafts, Envelope envelope)
    {
        var reader = new Utf8JsonReader(body, AnyDepth);
        var isSuspect = JsonText.IsSuspect(body);
        Problem? problem = Problems.InvalidField("batch", "The body must be an object with an array 'batch'.");
        try
        {
            reader.Read();
            var ignored = 0;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                JsonWalk.Skip(ref reader, ref ignored);
                reader.Read();
                return problem;
            }

            var hasBatch = false;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var field = EventFields.Match(ref reader);
                reader.Read();
                switch (field)
                {
                    case EventField.Batch when hasBatch:
                        return Problems.InvalidField("batch", "'batch' is given twice.");
                    case EventField.Batch when reader.TokenType == JsonTokenType.StartArray:
                        hasBatch = true;
                        problem = null;
                        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                        {
                            if (drafts.Count == rules.Options.BatchEventsMax) return Problems.TooManyEvents(rules.Options.BatchEventsMax);
                            drafts.Add(EventScanner.Scan(ref reader, body, isSuspect, rules.Options));
                        }

                        break;
                    case EventField.SentAt:
                        envelope.SentAt = InstantText.TryRead(JsonWalk.Skip(ref reader, ref ignored), body, out var sentAt) ? sentAt : null;
                        break;
                    case EventField.Context:
                        ScanContext(ref reader, body, isSuspect, envelope);
                        break;
                    default:
                        JsonWalk.Skip(ref reader, ref ignored);
                        break;
                }
            }

            reader.Read();
            return problem;
        }
        catch (JsonException exception)
        {
            return Broken(exception);
        }
    }

    // A default that can't serve (no object, too large, too deep, broken text) must not cost the events: it is left out.
    private void ScanContext(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, bool isSuspect, Envelope envelope)
    {
        JsonSlice traits = default;
        ObjectFacts traitsFacts = default;
        var deepest = 0;
        var slice = JsonWalk.Context(ref reader, ref traits, ref traitsFacts, ref deepest);
        if (!slice.IsObject || slice.Length > rules.Options.BatchContextBytesMax || deepest > rules.Options.NestingMax - 1
            || (isSuspect && !JsonText.IsClean(slice.In(body)))) return;
        envelope.Context = slice;
        envelope.ContextTraitsSlice = traits;
        envelope.ContextTraits = traitsFacts;
    }

    private ReadEvents Build(List<EventDraft> drafts, ReadOnlySpan<byte> body, Envelope envelope)
    {
        var events = new List<Event>(drafts.Count);
        var indexes = new List<int>(drafts.Count);
        List<RejectedEvent> rejected = [];
        for (var index = 0; index < drafts.Count; index++)
        {
            var draft = drafts[index];
            if (builder.Build(draft, body, envelope) is { } @event)
            {
                events.Add(@event);
                indexes.Add(index);
            }
            else
            {
                var bad = new RejectedEvent(index, EventBuilder.MessageIdOf(draft, body), draft.FaultyField!, draft.Fault!);
                rejected.Add(envelope.KeepsRejected ? SentEvent.Show(bad, draft, body, envelope, rules) : bad);
            }
        }

        return new ReadEvents { Events = events, Indexes = indexes, Rejected = rejected };
    }
}
