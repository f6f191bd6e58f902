using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class MessageBlockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(1_024)]
    [InlineData(5_000)]
    public void Blocks_and_window_together_hold_every_fingerprint_once_in_order(int eventsAtOnce)
    {
        const int Events = 5_000;
        var component = Component(1);
        List<(long Hash, long Seq)> held = [];
        for (var from = 0; from < Events; from += eventsAtOnce)
        {
            var before = component.Messages;
            var seq = component.Seq;
            Domain.Log.LogEntry[] entries = [.. Enumerable.Range(from, Math.Min(eventsAtOnce, Events - from))
                .Select(i => new Domain.Log.EventEntry(1, ++seq, Track("A", i, Anonymous("a")) with { MessageId = i % 5 == 0 ? null : $"m{i}" }))];
            component = entries.Aggregate(component, (folded, entry) => folded.After(entry));
            foreach (var block in MessageBlock.LetGo(before, component, entries))
            {
                Assert.Equal(held.Count, block.Number * MessageWindow.Kept);
                for (var i = 0; i < block.Hashes.Length; i++) held.Add((block.Hashes.Span[i], block.Seqs.Span[i]));
            }
        }

        for (var i = 0; i < component.Messages.Hashes.Length; i++) held.Add((component.Messages.Hashes[i], component.Messages.Seqs[i]));
        Assert.Equal(Enumerable.Range(0, Events).Where(i => i % 5 != 0).Select(i => (MessageHash.Of($"m{i}"), i + 1L)), held);
    }
}
