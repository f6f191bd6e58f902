using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Tests.Errors;

public sealed class FaultLogTests
{
    [Fact]
    public void One_of_each_kind_is_told_of_in_a_second_and_the_next_says_how_many_were_not()
    {
        var clock = new SetClock();
        var log = new FaultLog(clock);

        Assert.True(log.TryTell("store-unavailable", out var first));
        for (var i = 0; i < 5; i++) Assert.False(log.TryTell("store-unavailable", out _));
        Assert.True(log.TryTell("overloaded", out _));
        clock.Seconds = 1;
        Assert.True(log.TryTell("store-unavailable", out var next));
        Assert.False(log.TryTell("store-unavailable", out _));
        clock.Seconds = 2;
        Assert.True(log.TryTell("store-unavailable", out var last));

        Assert.Equal((0, 5, 1), (first, next, last));
    }

    private sealed class SetClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
