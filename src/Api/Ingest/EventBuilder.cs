using System.Text.Json;
using CdpPipeline.Api.Auth;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Ingest;

/// <summary>Judges one scanned event by the rules of the API and makes it an <see cref="Event"/>, copying what it keeps.</summary>
internal sealed class EventBuilder(EventRules rules)
{
    private readonly IngestOptions options = rules.Options;

    /// <summary>The event, or null; then the draft says which field is at fault and why.</summary>
    public Event? Build(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope)
    {
        var bytes = draft.Bytes + envelope.Context.Length;
        if (bytes > options.EventBytesMax) draft.Reject("body", $"the event has {bytes} bytes; {options.EventBytesMax} are allowed");
        if (draft.Fault is not null || EventTypes.Of(draft, body, envelope) is not { } type) return null;

        // The event's own context.traits come before the batch's; a null of its own hides the batch's.
        var hasOwnTraits = draft.ContextTraitsSlice.Kind != JsonTokenType.None;
        var contextTraits = hasOwnTraits ? draft.ContextTraits : envelope.ContextTraits;
        var contextTraitsSlice = hasOwnTraits ? draft.ContextTraitsSlice : envelope.ContextTraitsSlice;

        // The first seed's calls have no groupId of their own.
        if (envelope.IsSeedCall && draft[EventField.GroupId].IsAbsent)
            draft[EventField.GroupId] = draft.Properties.GroupId.IsAbsent ? draft.Traits.GroupId : draft.Properties.GroupId;

        CheckShapes(draft, body);
        var name = NameOf(draft, type, body, envelope);
        var timestamp = EventTimes.Of(draft, body, envelope, options);
        var properties = draft.Fault is null ? EventContents.Of(draft, type, envelope.IsSeedCall, contextTraits, contextTraitsSlice, body, rules) : [];
        if (draft.Fault is not null) return null;

        var identifiers = IdentifiersOf(draft, type, name, contextTraits, body);
        if (identifiers.Length == 0) draft.Reject("userId", "an identifier is needed: userId, anonymousId, email or phone");
        else if (type == EventType.Alias && !identifiers.Any(one => one.Kind is IdentifierKind.UserId or IdentifierKind.AnonymousId))
            draft.Reject(EventField.UserId, "is needed to name who previousId is");
        var source = SourceOf(draft, body, envelope);
        if (draft.Fault is not null) return null;
        return new Event
        {
            Type = type,
            Name = name,
            Identifiers = identifiers,
            MessageId = MessageIdOf(draft, body),
            Timestamp = timestamp,
            ReceivedAt = envelope.ReceivedAt,
            Source = source,
            Properties = properties,
            Context = EventContexts.Of(draft, body, envelope),
            PreviousId = type == EventType.Alias ? draft[EventField.PreviousId].Text(body).Trim() : null,
        };
    }

    /// <summary>The messageId where it can be shown, also of a rejected event.</summary>
    public static string? MessageIdOf(EventDraft draft, ReadOnlySpan<byte> body) =>
        draft[EventField.MessageId].IsString && !draft.IsMessageIdBroken ? draft[EventField.MessageId].Text(body) : null;

    private void CheckShapes(EventDraft draft, ReadOnlySpan<byte> body)
    {
        foreach (var field in (ReadOnlySpan<EventField>)[EventField.UserId, EventField.AnonymousId, EventField.PreviousId, EventField.GroupId])
        {
            var slice = draft[field];
            if (!slice.IsAbsent && !slice.IsString && slice.Kind != JsonTokenType.Number) draft.Reject(field, "must be a string or a number");

            // Left out as a placeholder is, it would give the event to somebody else.
            else if (field != EventField.GroupId && IsTooLongToName(slice, body)) draft.Reject(field, $"may have {IdentifierRules.LengthMax} characters");
        }

        foreach (var field in (ReadOnlySpan<EventField>)[EventField.Properties, EventField.Traits, EventField.Context])
        {
            if (!draft[field].IsAbsent && !draft[field].IsObject) draft.Reject(field, "must be an object");
        }

        var messageId = draft[EventField.MessageId];
        if (messageId.IsAbsent) return;
        if (!messageId.IsString || messageId.Length == 2) draft.Reject(EventField.MessageId, "must be a non-empty string");
        else if (IsLonger(messageId, body, options.MessageIdLengthMax))
            draft.Reject(EventField.MessageId, $"may have {options.MessageIdLengthMax} characters");
    }

    private string? NameOf(EventDraft draft, EventType type, ReadOnlySpan<byte> body, Envelope envelope)
    {
        if (type is not (EventType.Track or EventType.Page or EventType.Screen)) return null;
        var slice = draft[EventField.Event];
        if (type == EventType.Screen) return "Screen Viewed";
        if (type == EventType.Page && (!envelope.IsSeedCall || slice.IsAbsent || slice is { IsString: true, Length: 2 })) return "Page Viewed";
        if (!slice.IsString || slice.Length == 2) draft.Reject(EventField.Event, "must be a non-empty string");
        else if (IsLonger(slice, body, options.NameLengthMax)) draft.Reject(EventField.Event, $"may have {options.NameLengthMax} characters");
        if (draft.Fault is not null) return null;
        var name = Interned(slice, body);
        if (string.IsNullOrWhiteSpace(name)) draft.Reject(EventField.Event, "must be a non-empty string");
        else if (!envelope.Source.Takes(name)) draft.Reject(EventField.Event, Source.NotTaken);
        return name;
    }

    private string SourceOf(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope)
    {
        if (!envelope.IsSeedCall) return envelope.Source.Name;
        var slice = draft[EventField.Source];
        if (slice.IsAbsent || slice is { IsString: true, Length: 2 }) return "unknown";
        if (slice.IsString && !IsLonger(slice, body, options.NameLengthMax)) return Interned(slice, body);
        draft.Reject(EventField.Source, $"must be a string of at most {options.NameLengthMax} characters");
        return "unknown";
    }

    private Identifier[] IdentifiersOf(EventDraft draft, EventType type, string? name, in ObjectFacts contextTraits, ReadOnlySpan<byte> body)
    {
        var traits = type == EventType.Identify ? draft.Traits : default;
        var properties = name is not null && rules.IdentifyingEvents.Contains(name) ? draft.Properties : default;
        var picker = new IdentifierPicker(body, rules.Placeholders);
        picker.Add(IdentifierKind.UserId, draft[EventField.UserId]);
        picker.Add(IdentifierKind.Email, traits.Email);
        picker.Add(IdentifierKind.Email, contextTraits.Email);
        picker.Add(IdentifierKind.Email, properties.Email);
        picker.Add(IdentifierKind.Phone, traits.Phone);
        picker.Add(IdentifierKind.Phone, contextTraits.Phone);
        picker.Add(IdentifierKind.Phone, properties.Phone);
        picker.Add(IdentifierKind.AnonymousId, draft[EventField.AnonymousId]);
        return picker.ToArray();
    }

    private string Interned(JsonSlice slice, ReadOnlySpan<byte> body) =>
        slice.IsEscaped ? slice.Text(body) : rules.Names.Get(slice.Content(body));

    private static bool IsTooLongToName(JsonSlice slice, ReadOnlySpan<byte> body) =>
        slice.IsString && slice.Length - 2 > IdentifierRules.LengthMax && slice.Text(body).Trim().Length > IdentifierRules.LengthMax;

    // A character has one to three bytes, or six when escaped, so most texts need not be counted.
    private static bool IsLonger(JsonSlice slice, ReadOnlySpan<byte> body, int lengthMax) =>
        slice.Length - 2 > lengthMax && slice.Text(body).Length > lengthMax;
}
