using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Ingest;

public sealed class IngestGateTests
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromMilliseconds(300);

    private readonly ManualClock clock = new();

    [Fact]
    public void What_begins_below_the_bound_is_taken_whole_and_beyond_it_everybody_is_turned_away()
    {
        var gate = new IngestGate(100, DelayMax, clock);
        using (gate.Enter(99))
        {
            Assert.False(gate.IsFull);
            using (gate.Enter(2_500))
            {
                Assert.True(gate.IsFull);
                Assert.Throws<OverloadedException>(() => gate.Enter(1));
                Assert.Equal(2_599, gate.UnderWay);
            }
        }

        Assert.Equal(0, gate.UnderWay);
        gate.Enter(1).Dispose();
    }

    [Fact]
    public void While_events_take_too_long_fewer_are_admitted_but_never_too_few()
    {
        var gate = new IngestGate(50_000, DelayMax, clock);
        var first = gate.Limit;

        Answer(gate, TimeSpan.FromMilliseconds(600), times: 2);
        Assert.Equal(first, gate.Limit);
        Answer(gate, TimeSpan.FromMilliseconds(600), times: 1);
        Assert.Equal(first / 2, gate.Limit);
        Answer(gate, TimeSpan.FromSeconds(20), times: 50);
        Assert.Equal(IngestGate.EventsMin, gate.Limit);
    }

    [Fact]
    public void One_pause_of_the_store_is_no_overload()
    {
        var gate = new IngestGate(50_000, DelayMax, clock);
        var first = gate.Limit;
        for (var i = 0; i < 20; i++)
        {
            Answer(gate, TimeSpan.FromSeconds(2), times: 1);
            Answer(gate, TimeSpan.FromMilliseconds(200), times: 1);
        }

        Assert.Equal(first, gate.Limit);
    }

    [Fact]
    public void Where_callers_are_turned_away_although_there_is_time_more_are_admitted_up_to_the_most_that_may_be()
    {
        var gate = new IngestGate(12_000, DelayMax, clock);
        Answer(gate, TimeSpan.FromMilliseconds(150), times: 5);
        Assert.Equal(10_000, gate.Limit);
        for (var i = 0; i < 20; i++)
        {
            using (gate.Enter(gate.Limit))
            {
                Assert.True(gate.IsFull);
                clock.Advance(TimeSpan.FromMilliseconds(150));
            }
        }

        Assert.Equal(12_000, gate.Limit);
    }

    private void Answer(IngestGate gate, TimeSpan after, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using (gate.Enter(1)) clock.Advance(after);
        }
    }
}
