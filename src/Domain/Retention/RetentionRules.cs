using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Domain.Retention;

/// <summary>
/// Decides which events of a log are too old to be kept, by the instant they arrived and their source. Only what somebody did can be (track, page and
/// screen calls): traits, groups, identifiers and merges rest on the others. Pure.
/// </summary>
public sealed class RetentionRules
{
    private readonly Dictionary<string, DateTimeOffset> cutoffs;

    public RetentionRules(IReadOnlyList<SourceCutoff> sources)
    {
        cutoffs = sources.ToDictionary(source => source.Source, source => source.Before, StringComparer.Ordinal);
        Newest = cutoffs.Count == 0 ? DateTimeOffset.MinValue : cutoffs.Values.Max();
    }

    /// <summary>Whatever arrived at this instant or later is kept, and so is all behind it in its log.</summary>
    public DateTimeOffset Newest { get; }

    /// <summary>Whether calls of this type can be removed for their age at all.</summary>
    public static bool IsBehaviour(EventType type) => type is EventType.Track or EventType.Page or EventType.Screen;

    /// <summary>What is to become of an event in this component's log. The last word on a category of consent stays until there is a newer one.</summary>
    public Retained Of(Component component, Event e)
    {
        if (!IsBehaviour(e.Type) || !cutoffs.TryGetValue(e.Source, out var before)) return Retained.Always;
        return e.ReceivedAt >= before ? Retained.Yet : IsLastWord(component, e) ? Retained.ForConsent : Retained.NoLonger;
    }

    /// <summary>What stands where the event was.</summary>
    public static ChangeEntry Expire(EventEntry entry, DateTimeOffset now)
    {
        long? message = entry.Event.MessageId is { } messageId ? MessageHash.Of(messageId) : null;
        return entry.Claimed.Count == 0
            ? new ChangeEntry(entry.Component, entry.Seq, now, new Expired(message, null))
            : new ChangeEntry(entry.Component, entry.Seq, entry.At, new Expired(message, entry.Claimed));
    }

    // By the time of the word, not by what it says: so an undo of a merge finds what the component itself was told.
    private static bool IsLastWord(Component component, Event e)
    {
        if (!ConsentReader.MaySpeak(e.Context)) return false;
        var (at, receivedAt) = (e.Timestamp.ToMicros(), e.ReceivedAt.ToMicros());
        return ConsentReader.Read(e.Context).Keys.Any(category => component.Consents.Find(category) is { } last && last.At == at && last.ReceivedAt == receivedAt);
    }
}
