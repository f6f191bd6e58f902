using System.Security.Cryptography;
using System.Text;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Plans;
using CdpPipeline.Api.Privacy;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Answers the second seed's <c>/api/events</c>: <c>{email, type, properties, occurredAt}</c>, stored as a track. The header
/// <c>Idempotency-Key</c> makes the event unique for that person.
/// </summary>
internal sealed class SeedEventCalls(IngestCalls calls, EventReader reader, EventRules rules, IIngest ingest, ContextPrivacy privacy, PlanGate plans, IngestLedger ledger, TimeProvider time)
{
    private const int KeyLengthMax = 256;

    public Task PostAsync(HttpContext context) => calls.WithBodyAsync(context, isKeyInQuery: false, AnswerAsync);

    /// <summary>The messageId for a key; as every messageId it counts once for a person, whichever of her emails a call names. A long one is hashed.</summary>
    public static string MessageIdOf(string key)
    {
        var text = $"events:{key}";
        return text.Length <= KeyLengthMax ? text : "events:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private async Task AnswerAsync(HttpContext context, Source source, RequestBody body)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString().Trim();
        var problem = reader.Scan(EventReader.WithoutMark(body.Bytes), out var draft);
        var error = problem is not null ? $"Invalid JSON. {problem.Detail}"
            : key.Length > KeyLengthMax ? $"Idempotency-Key may have {KeyLengthMax} characters"
            : null;
        var envelope = new Envelope(time.GetUtcNow(), source) { Privacy = privacy, KeepsRejected = ledger.KeepsRejected };
        var @event = error is null ? Read(draft!, EventReader.WithoutMark(body.Bytes), envelope, key, out error) : null;
        if (@event is null)
        {
            if (problem is not null) ledger.Record(source, problem);
            else ledger.Record(source, new ReadEvents { Rejected = [Rejected(draft!, EventReader.WithoutMark(body.Bytes), envelope, error!)] }, []);
            await IngestAnswers.ErrorAsync(context, error!);
            return;
        }

        var read = plans.Check(source, new ReadEvents { Events = [@event], Indexes = [0] });
        if (read.Rejected is [var blocked])
        {
            ledger.Record(source, read, []);
            await IngestAnswers.ErrorAsync(context, blocked.Error);
            return;
        }

        var outcomes = await ingest.IngestAsync(read.Events, context.RequestAborted);
        ledger.Record(source, read, outcomes);
        var outcome = outcomes[0];
        if (outcome.Status == IngestStatus.Refused) await IngestAnswers.ErrorAsync(context, Problems.Of(outcome.Refusal).Title);
        else await IngestAnswers.CreatedAsync(context, outcome);
    }

    private RejectedEvent Rejected(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope, string error)
    {
        var rejected = new RejectedEvent(0, null, draft.FaultyField ?? "", error);
        return envelope.KeepsRejected ? SentEvent.Show(rejected, draft, body, envelope, rules) : rejected;
    }

    private Event? Read(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope, string key, out string? error)
    {
        var options = rules.Options;
        var email = default(Identifier?);
        var type = draft.Fault is null && draft[EventField.Type].IsString ? draft[EventField.Type].Text(body).Trim() : "";
        var timestamp = envelope.ReceivedAt;
        error = draft.Fault ?? EmailError(draft, body, out email)
            ?? (type.Length == 0 ? "Event type is required"
                : type.Length > options.NameLengthMax ? $"Event type may have {options.NameLengthMax} characters"
                : !envelope.Source.Takes(type) ? $"Event type {Source.NotTaken}"
                : !draft[EventField.Properties].IsAbsent && !draft[EventField.Properties].IsObject ? "Properties must be a JSON object"
                : draft.Bytes > options.EventBytesMax ? $"The event has {draft.Bytes} bytes; {options.EventBytesMax} are allowed"
                : TimeError(draft, body, envelope, ref timestamp));
        if (error is not null) return null;
        return new Event
        {
            Type = EventType.Track,
            Name = type,
            Identifiers = [email!.Value],
            MessageId = key.Length == 0 ? null : MessageIdOf(key),
            Timestamp = timestamp,
            ReceivedAt = envelope.ReceivedAt,
            Source = envelope.Source.Name,
            Properties = draft[EventField.Properties].IsObject ? draft[EventField.Properties].In(body).ToArray() : "{}"u8.ToArray(),
        };
    }

    private string? EmailError(EventDraft draft, ReadOnlySpan<byte> body, out Identifier? email)
    {
        email = null;
        var slice = draft[EventField.Email];
        if (slice.IsAbsent || (slice.IsString && string.IsNullOrWhiteSpace(slice.Text(body)))) return "Email is required";
        if (slice.IsString) email = IdentifierRules.Normalise(IdentifierKind.Email, slice.Text(body), rules.Placeholders);
        if (email is not { Value: var value }) return "Invalid email format";

        // Stricter than elsewhere, as the seed is: one @, and a dot inside what follows.
        var domain = value[(value.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var dot = domain.LastIndexOf('.');
        return domain.Contains('@', StringComparison.Ordinal) || dot <= 0 || dot == domain.Length - 1 ? "Invalid email format" : null;
    }

    private string? TimeError(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope, ref DateTimeOffset timestamp)
    {
        var slice = draft[EventField.OccurredAt];
        if (slice.IsAbsent) return null;
        return InstantText.TryRead(slice, body, out timestamp)
            && timestamp >= DateTimeOffset.UnixEpoch && timestamp <= envelope.ReceivedAt + rules.Options.FutureMax ? null : "Invalid occurredAt";
    }
}
