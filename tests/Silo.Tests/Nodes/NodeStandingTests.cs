using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Silo.Nodes;

namespace CdpPipeline.Silo.Tests.Nodes;

/// <summary>A node that stood still says so until the table of members knows better; one that did not never asks it.</summary>
public sealed class NodeStandingTests : IDisposable
{
    private static readonly ClusterSettings Settings = new() { ProbePeriod = TimeSpan.FromSeconds(2) };
    private static readonly TimeSpan StillMax = 2 * Settings.ProbePeriod;
    private static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);

    private readonly ManualClock clock = new();
    private readonly AskedTable table = new();
    private readonly NodeStanding standing;

    public NodeStandingTests() => standing = new NodeStanding(table, new Self(), Settings) { Clock = clock };

    public void Dispose() => standing.Dispose();

    [Fact]
    public void Before_it_is_a_member_no_signs_are_expected()
    {
        clock.Advance(TimeSpan.FromHours(1));

        Assert.True(standing.IsGood);
    }

    [Fact]
    public async Task Pauses_of_two_probe_periods_are_none_however_many_there_are()
    {
        table.Status = SiloStatus.Dead;
        standing.Expect();
        for (var i = 0; i < 10; i++)
        {
            clock.Advance(StillMax);
            Assert.True(standing.IsGood);
            await standing.SignAsync();
        }

        Assert.Equal(0, table.Asked);
    }

    [Fact]
    public async Task Beyond_two_probe_periods_it_is_down_at_once_and_until_the_table_has_answered()
    {
        standing.Expect();
        clock.Advance(StillMax + Tick);
        Assert.False(standing.IsGood);

        // Time that does not go on heals nothing.
        Assert.False(standing.IsGood);
        table.Meanwhile = () => Assert.False(standing.IsGood);
        await standing.SignAsync();

        Assert.True(standing.IsGood);
        Assert.Equal(1, table.Asked);
    }

    [Theory]
    [InlineData(SiloStatus.Dead)]
    [InlineData(null)]
    public async Task Where_the_table_says_that_it_is_dead_or_knows_it_no_more_it_stays_down(SiloStatus? status)
    {
        table.Status = status;
        standing.Expect();
        clock.Advance(StillMax + Tick);
        for (var i = 1; i <= 5; i++)
        {
            await standing.SignAsync();
            Assert.False(standing.IsGood);
            Assert.Equal(i, table.Asked);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    [Theory]
    [InlineData(SiloStatus.Active)]
    [InlineData(SiloStatus.ShuttingDown)]
    public async Task A_table_that_cannot_be_read_leaves_it_down_until_it_can(SiloStatus status)
    {
        (table.Status, table.IsLost) = (status, true);
        standing.Expect();
        clock.Advance(StillMax + Tick);
        for (var i = 0; i < 5; i++)
        {
            await standing.SignAsync();
            Assert.False(standing.IsGood);
        }

        table.IsLost = false;
        await standing.SignAsync();

        Assert.True(standing.IsGood);
    }

    [Fact]
    public async Task Who_stands_still_again_while_the_table_answers_is_down_again()
    {
        standing.Expect();
        clock.Advance(StillMax + Tick);
        table.Meanwhile = () => clock.Advance(StillMax + Tick);
        await standing.SignAsync();
        Assert.False(standing.IsGood);

        table.Meanwhile = null;
        await standing.SignAsync();

        Assert.True(standing.IsGood);
        Assert.Equal(2, table.Asked);
    }

    private sealed class Self : ILocalSiloDetails
    {
        public string Name => "node";

        public string ClusterId => "cdp";

        public string DnsHostName => "host";

        public SiloAddress SiloAddress => AskedTable.Address;

        public SiloAddress GatewayAddress => AskedTable.Address;
    }
}
