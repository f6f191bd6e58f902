using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Decides when an event happened: <c>timestamp</c>, else <c>originalTimestamp</c>, else its arrival. With a readable <c>sentAt</c> the
/// client's clock is corrected: timestamp + (receivedAt − sentAt). Pure.
/// </summary>
internal static class EventTimes
{
    /// <summary>A time that can't be read, or lies before 1970 or too far ahead, rejects the event.</summary>
    public static DateTimeOffset Of(EventDraft draft, ReadOnlySpan<byte> body, Envelope envelope, IngestOptions options)
    {
        var field = !draft[EventField.Timestamp].IsAbsent ? EventField.Timestamp : EventField.OriginalTimestamp;
        if (draft[field].IsAbsent) return envelope.ReceivedAt;
        if (!InstantText.TryRead(draft[field], body, out var said))
        {
            draft.Reject(field, "is not a time that can be read");
            return default;
        }

        var sentAt = InstantText.TryRead(draft[EventField.SentAt], body, out var own) ? own : envelope.SentAt;
        var latest = envelope.ReceivedAt + options.FutureMax;

        // A sentAt that leads out of the range is as good as unreadable.
        if (sentAt is { } sent && Shift(said, envelope.ReceivedAt - sent) is { } corrected && IsWithin(corrected, latest)) return corrected;
        if (!IsWithin(said, latest)) draft.Reject(field, $"must lie between 1970-01-01 and {options.FutureMax.TotalDays:0} days from now");
        return said;
    }

    private static bool IsWithin(DateTimeOffset instant, DateTimeOffset latest) => instant >= DateTimeOffset.UnixEpoch && instant <= latest;

    private static DateTimeOffset? Shift(DateTimeOffset instant, TimeSpan by)
    {
        var ticks = instant.Ticks + by.Ticks;
        return ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks ? null : new DateTimeOffset(ticks, TimeSpan.Zero).Whole();
    }
}
