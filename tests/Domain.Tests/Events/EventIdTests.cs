using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Tests.Events;

public sealed class EventIdTests
{
    [Theory]
    [InlineData(1, 1, "1-1")]
    [InlineData(255, 4096, "ff-1000")]
    [InlineData(long.MaxValue, long.MaxValue, "7fffffffffffffff-7fffffffffffffff")]
    public void An_id_is_read_as_it_is_written(long component, long seq, string text)
    {
        Assert.Equal(text, new EventId(component, seq).ToString());
        Assert.True(EventId.TryParse(text, out var read));
        Assert.Equal(new EventId(component, seq), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1")]
    [InlineData("x-1")]
    [InlineData("1--1")]
    [InlineData(" 1-1")]
    [InlineData("1ffffffffffffffff-1")]
    public void Anything_else_is_no_id(string text) => Assert.False(EventId.TryParse(text, out _));

    [Fact]
    public void Without_a_messageId_an_event_goes_by_its_own_id()
    {
        var e = Given.Track("Order", 0, Given.User("u"));

        Assert.Equal("cdp-a-2", new StoredEvent(new EventId(10, 2), e).MessageId);
        Assert.Equal("mine", new StoredEvent(new EventId(10, 2), e with { MessageId = "mine" }).MessageId);
    }
}
