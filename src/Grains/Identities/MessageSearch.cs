using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Finds out which of the messageIds at hand are already in a person's log. Memory says no almost always: the store is asked for the text
/// only where a fingerprint is known.
/// </summary>
internal sealed class MessageSearch(IEventLog log, MessageArchive archive)
{
    public ValueTask<KnownMessages> LookAsync(Person person, IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        if (person.Own.Seq == 0) return ValueTask.FromResult(KnownMessages.None);
        List<EventId>? candidates = null;
        var isLong = false;
        foreach (var component in person.Components)
        {
            isLong |= component.Messages.Blocks > 0;
            for (var i = 0; i < events.Count; i++)
            {
                if (events[i].MessageId is { } messageId) LookInWindow(component, MessageHash.Of(messageId), ref candidates);
            }
        }

        return candidates is null && !isLong ? ValueTask.FromResult(KnownMessages.None) : SearchAsync(person, events, candidates ?? [], cancellationToken);
    }

    private static void LookInWindow(Component component, long hash, ref List<EventId>? candidates)
    {
        var hashes = component.Messages.Hashes;
        var from = 0;
        for (var at = hashes.IndexOf(hash); at >= 0; at = hashes[from..].IndexOf(hash))
        {
            from += at + 1;
            (candidates ??= []).Add(new EventId(component.Key, component.Messages.Seqs[from - 1]));
        }
    }

    private async ValueTask<KnownMessages> SearchAsync(Person person, IReadOnlyList<Event> events, List<EventId> candidates, CancellationToken cancellationToken)
    {
        var hashes = new List<long>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].MessageId is { } messageId) hashes.Add(MessageHash.Of(messageId));
        }

        foreach (var component in person.Components)
        {
            if (component.Messages.Blocks > 0 && hashes.Count > 0) await archive.FindAsync(component, hashes, candidates, cancellationToken);
        }

        if (candidates.Count == 0) return KnownMessages.None;
        var wanted = events.Select(e => e.MessageId).OfType<string>().Distinct(StringComparer.Ordinal).ToLookup(MessageHash.Of);
        var stored = new Dictionary<string, EventId>(StringComparer.Ordinal);
        foreach (var message in (await log.ReadMessagesAsync(candidates, cancellationToken)).OrderBy(message => message.Event.Seq))
        {
            foreach (var messageId in wanted[message.Fingerprint])
            {
                if (message.IsOf(messageId)) stored.TryAdd(messageId, message.Event);
            }
        }

        return new KnownMessages(stored);
    }
}
