using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class MessageWindowTests
{
    [Fact]
    public void An_empty_window_knows_that_it_knows_all()
    {
        Assert.Equal(0, default(MessageWindow).Blocks);
        Assert.False(default(MessageWindow).Contains(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(MessageWindow.Kept)]
    [InlineData(2 * MessageWindow.Kept)]
    public void While_there_is_room_everything_is_kept(int count)
    {
        var window = Window(count);

        Assert.Equal(0, window.Blocks);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), window.Hashes.ToArray());
    }

    [Theory]
    [InlineData((2 * MessageWindow.Kept) + 1)]
    [InlineData(5_000)]
    public void Beyond_it_keeps_the_newest_and_says_that_it_let_others_go(int count)
    {
        var window = Window(count);

        Assert.Equal(count, (window.Blocks * MessageWindow.Kept) + window.Hashes.Length);
        Assert.InRange(window.Hashes.Length, MessageWindow.Kept, 2 * MessageWindow.Kept);
        Assert.Equal(Enumerable.Range(count - window.Hashes.Length, window.Hashes.Length).Select(i => (long)i), window.Hashes.ToArray());
    }

    [Fact]
    public void The_window_before_stays_as_it_was()
    {
        var before = Window(700);

        var after = before.Add(9_999, 9_999);

        Assert.Equal(700, before.Hashes.Length);
        Assert.False(before.Contains(9_999));
        Assert.True(after.Contains(9_999));
    }

    [Fact]
    public void A_dropped_result_leaves_no_trace_in_the_next()
    {
        var before = Window(5);
        _ = before.Add(100, 6);

        Assert.Equal([0, 1, 2, 3, 4, 200], before.Add(200, 6).Hashes.ToArray());
    }

    [Fact]
    public void A_window_is_restored_as_it_was()
    {
        var window = Window(3_000);

        var restored = MessageWindow.From(window.Hashes.ToArray(), window.Seqs.ToArray(), window.Blocks);

        Assert.Equal(window.Blocks, restored.Blocks);
        Assert.Equal(window.Add(7, 3_001).Hashes.ToArray(), restored.Add(7, 3_001).Hashes.ToArray());
    }

    private static MessageWindow Window(int count) => Enumerable.Range(0, count).Aggregate(default(MessageWindow), (window, i) => window.Add(i, i + 1));
}
