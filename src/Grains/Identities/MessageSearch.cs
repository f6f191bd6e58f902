using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>Finds out which of the messageIds at hand are already in a person's log. Asks the store only where memory can't say no.</summary>
internal sealed class MessageSearch(IEventLog log)
{
    private const int ProbesMax = 4;

    /// <summary>Done at once, without the store, unless a fingerprint is known or a merged person has a long history.</summary>
    public ValueTask<KnownMessages> LookAsync(Person person, IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        if (person.Own.Seq == 0) return ValueTask.FromResult(KnownMessages.None);
        var isMergedAndLong = person.Components.Length > 1 && person.Components.Any(component => component.Messages.IsTruncated);
        List<string>? suspects = null;
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].MessageId is { } messageId && (isMergedAndLong || IsKnown(person, MessageHash.Of(messageId)))) (suspects ??= []).Add(messageId);
        }

        return suspects is null ? ValueTask.FromResult(KnownMessages.None) : new(AskAsync(person, suspects, cancellationToken));
    }

    /// <summary>Asks the store about all of them: it has just refused one.</summary>
    public Task<KnownMessages> AskAsync(Person person, IReadOnlyList<Event> events, CancellationToken cancellationToken) =>
        AskAsync(person, [.. events.Select(e => e.MessageId).OfType<string>()], cancellationToken);

    private static bool IsKnown(Person person, long hash)
    {
        foreach (var component in person.Components)
        {
            if (component.Messages.Contains(hash)) return true;
        }

        return false;
    }

    private async Task<KnownMessages> AskAsync(Person person, List<string> messageIds, CancellationToken cancellationToken)
    {
        var hashes = messageIds.Distinct().SelectMany(messageId => Enumerable.Range(0, ProbesMax).Select(probe => MessageHash.Of(messageId, probe))).ToList();
        var found = await log.FindMessagesAsync([.. person.Components.Select(component => component.Key)], hashes, cancellationToken);
        var stored = new Dictionary<string, EventId>(StringComparer.Ordinal);
        foreach (var message in found.OrderBy(message => message.Event.Seq)) stored.TryAdd(message.MessageId, message.Event);
        var taken = found.Select(message => message.Hash).ToHashSet();
        var probes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var messageId in messageIds.Where(messageId => !stored.ContainsKey(messageId)))
            probes[messageId] = Enumerable.Range(0, ProbesMax).First(probe => !taken.Contains(MessageHash.Of(messageId, probe)));
        return new KnownMessages(stored, probes);
    }
}
