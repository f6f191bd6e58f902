using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// <see cref="MessageWindow.Kept"/> consecutive fingerprints that a component's window let go, with the seqs of their events. Blocks are
/// numbered from 0 and written once, one after the other, so what they cost does not depend on how long the log is.
/// </summary>
public sealed record MessageBlock(long Component, int Number, ReadOnlyMemory<long> Hashes, ReadOnlyMemory<int> Seqs)
{
    /// <summary>The blocks that a component let go while it took in these entries. Pure.</summary>
    public static IReadOnlyList<MessageBlock> LetGo(MessageWindow before, Component after, IReadOnlyList<LogEntry> entries)
    {
        if (before.Blocks == after.Messages.Blocks) return [];
        List<long> hashes = [.. before.Hashes];
        List<int> seqs = [.. before.Seqs];
        foreach (var entry in entries)
        {
            if (entry is not EventEntry { Event.MessageId: { } messageId } || entry.Component != after.Key) continue;
            hashes.Add(MessageHash.Of(messageId));
            seqs.Add(checked((int)entry.Seq));
        }

        var blocks = new List<MessageBlock>();
        for (var number = before.Blocks; number < after.Messages.Blocks; number++)
        {
            var from = (number - before.Blocks) * MessageWindow.Kept;
            blocks.Add(new MessageBlock(after.Key, number, hashes.GetRange(from, MessageWindow.Kept).ToArray(), seqs.GetRange(from, MessageWindow.Kept).ToArray()));
        }

        return blocks;
    }
}
