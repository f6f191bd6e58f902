using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Ingest;

/// <summary>Makes an event's <see cref="Event.Properties"/>, one compact copy, according to its type.</summary>
internal static class EventContents
{
    private static readonly byte[] Empty = "{}"u8.ToArray();

    /// <summary>The JSON object; when the call lacks what its type needs, the draft is rejected and the result means nothing.</summary>
    public static byte[] Of(
        EventDraft draft, EventType type, bool isSeedCall, in ObjectFacts contextTraits, JsonSlice contextTraitsSlice, ReadOnlySpan<byte> body, EventRules rules)
    {
        return type switch
        {
            EventType.Track => Copy(draft[EventField.Properties], body),
            EventType.Page or EventType.Screen => Viewed(draft, body),
            EventType.Identify => Traits(draft, contextTraits, contextTraitsSlice, body, rules.Options),
            EventType.Group => Group(draft, isSeedCall, body, rules.Options),
            _ => Alias(draft, body, rules),
        };
    }

    private static byte[] Copy(JsonSlice slice, ReadOnlySpan<byte> body) =>
        !slice.IsObject || slice.Length == 2 ? Empty : slice.In(body).ToArray();

    private static byte[] Viewed(EventDraft draft, ReadOnlySpan<byte> body)
    {
        var name = Label(draft, EventField.Name, draft.Properties.HasName, body);
        var category = Label(draft, EventField.Category, draft.Properties.HasCategory, body);
        var slice = draft[EventField.Properties];
        if (name.IsEmpty && category.IsEmpty) return Copy(slice, body);
        var rest = draft.Properties.Entries > 0 ? slice.In(body)[1..] : "}"u8;
        return
        [
            .. name.IsEmpty ? "{"u8 : "{\"name\":"u8, .. name,
            .. name.IsEmpty || category.IsEmpty ? ""u8 : ","u8,
            .. category.IsEmpty ? ""u8 : "\"category\":"u8, .. category,
            .. draft.Properties.Entries > 0 ? ","u8 : ""u8, .. rest,
        ];
    }

    private static ReadOnlySpan<byte> Label(EventDraft draft, EventField field, bool isInProperties, ReadOnlySpan<byte> body)
    {
        var slice = draft[field];
        if (!slice.IsAbsent && !slice.IsString) draft.Reject(field, "must be a string");
        return slice is { IsString: true, Length: > 2 } && !isInProperties ? slice.In(body) : default;
    }

    // RudderStack's browser library sends an identify's traits in the context only.
    private static byte[] Traits(
        EventDraft draft, in ObjectFacts contextTraits, JsonSlice contextTraitsSlice, ReadOnlySpan<byte> body, IngestOptions options)
    {
        var isInContext = draft[EventField.Traits].IsAbsent;
        var entries = isInContext ? contextTraits.Entries : draft.Traits.Entries;
        if (entries > options.TraitsMax) draft.Reject(EventField.Traits, $"may have {options.TraitsMax} entries");
        return Copy(isInContext ? contextTraitsSlice : draft[EventField.Traits], body);
    }

    // The first seed's calls know no groupId: without one the call is kept, and makes her a member of nothing.
    private static byte[] Group(EventDraft draft, bool isSeedCall, ReadOnlySpan<byte> body, IngestOptions options)
    {
        var id = draft[EventField.GroupId];
        if (draft.Traits.Entries > options.TraitsMax) draft.Reject(EventField.Traits, $"may have {options.TraitsMax} entries");
        if (isSeedCall && id.IsAbsent) return draft.Fault is null ? [.. "{\"traits\":"u8, .. Copy(draft[EventField.Traits], body), (byte)'}'] : Empty;
        if (id.IsAbsent || string.IsNullOrWhiteSpace(id.Text(body))) draft.Reject(EventField.GroupId, "is needed");
        else if (id.Text(body).Length > options.NameLengthMax) draft.Reject(EventField.GroupId, $"may have {options.NameLengthMax} characters");
        if (draft.Fault is not null) return Empty;
        return [.. "{\"groupId\":"u8, .. Quoted(id, body), .. ",\"traits\":"u8, .. Copy(draft[EventField.Traits], body), (byte)'}'];
    }

    private static byte[] Alias(EventDraft draft, ReadOnlySpan<byte> body, EventRules rules)
    {
        var previous = draft[EventField.PreviousId];
        if (previous.IsAbsent || IdentifierRules.Normalise(IdentifierKind.UserId, previous.Text(body), rules.Placeholders) is null)
            draft.Reject(EventField.PreviousId, "is needed and must name somebody");
        return draft.Fault is null ? [.. "{\"previousId\":"u8, .. Quoted(previous, body), (byte)'}'] : Empty;
    }

    private static byte[] Quoted(JsonSlice slice, ReadOnlySpan<byte> body) =>
        slice.Kind == JsonTokenType.Number ? [(byte)'"', .. slice.In(body), (byte)'"'] : slice.In(body).ToArray();
}
