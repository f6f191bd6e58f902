using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Ingest;

/// <summary>Tells which call an event is.</summary>
internal static class EventTypes
{
    /// <summary>What its <c>type</c> says, else its path; null when neither names a type that is known here.</summary>
    public static EventType? Of(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope)
    {
        var slice = draft[EventField.Type];
        if (slice.IsAbsent && envelope.PathType is { } type) return type;
        var named = slice.IsString ? Named(slice, body) : null;
        if (envelope.IsSeedCall && named is EventType.Screen or EventType.Alias) named = null;
        if (named is null)
        {
            draft.Reject(EventField.Type, envelope.IsSeedCall
                ? "must be track, page, identify or group"
                : "must be track, page, screen, identify, group or alias");
        }

        return named;
    }

    private static EventType? Named(JsonSlice slice, ReadOnlySpan<byte> body)
    {
        var name = slice.IsEscaped ? System.Text.Encoding.UTF8.GetBytes(slice.Text(body)) : slice.Content(body);
        return name.Length switch
        {
            5 when name.SequenceEqual("track"u8) => EventType.Track,
            4 when name.SequenceEqual("page"u8) => EventType.Page,
            6 when name.SequenceEqual("screen"u8) => EventType.Screen,
            8 when name.SequenceEqual("identify"u8) => EventType.Identify,
            5 when name.SequenceEqual("group"u8) => EventType.Group,
            5 when name.SequenceEqual("alias"u8) => EventType.Alias,
            _ => null,
        };
    }
}
