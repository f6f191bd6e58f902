using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>Who is due leaves at her instant, in memory or not, also when the process was down then, and nobody holds up the others.</summary>
public sealed class DueClockTests : IAsyncLifetime
{
    private const int People = 25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private OrderingPeople people = null!;
    private SegmentId segment;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private House House => people.House;

    private IReadOnlyDictionary<int, IdentityId> Ids => people.Ids;

    public async ValueTask InitializeAsync()
    {
        people = await OrderingPeople.OpenAsync(Cancelled);
        segment = await people.SaveAsync("""{"event":"Order","within":"1h"}""", Cancelled);

        // The later the number, the later she is due: one a second.
        for (var i = 0; i < People; i++) await people.OrderAsync(i, total: 0, TimeSpan.FromSeconds(People - i), Cancelled);
    }

    public async ValueTask DisposeAsync() => await people.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_leaves_at_her_instant_and_not_before(bool isInMemory)
    {
        if (!isInMemory) House.Grains.Stop();
        House.StartDueClock();
        people.Lane.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(People) + TimeSpan.FromMicroseconds(1));
        for (var i = 0; i < People; i++)
        {
            await UntilAsync(() => MembersAsync(), Ids.Values.Skip(i + 1));
            people.Lane.Clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromMicroseconds(1));
            Assert.Equal(Ids.Values.Skip(i + 1).Order(), await MembersAsync());
            people.Lane.Clock.Advance(TimeSpan.FromMicroseconds(1));
        }

        // Whoever was in memory only for this goes by herself.
        await UntilAsync(() => Task.FromResult<IReadOnlyList<IdentityId>>([.. Ids.Values.Where(id => House.Grains.Peek(id) is not null).Order()]), isInMemory ? Ids.Values : []);
    }

    [Fact]
    public async Task What_came_due_while_the_process_was_down_is_caught_up_at_the_start()
    {
        await House.DisposeAsync();
        people.Lane.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(People - 10) + TimeSpan.FromMicroseconds(1));
        await people.Lane.OpenAsync(Cancelled, watches: false);

        House.StartDueClock();

        await UntilAsync(() => MembersAsync(), Ids.Values.Skip(11));
    }

    [Fact]
    public async Task Somebody_who_cannot_be_read_holds_up_nobody()
    {
        House.Grains.Stop();
        var key = (await House.Log.LoadAsync(Ids[0], Cancelled))!.Key;
        await House.Log.SaveSnapshotAsync(key, 1, new byte[] { 3, 1 }, Cancelled);
        people.Lane.Clock.Advance(TimeSpan.FromHours(2));
        House.StartDueClock();

        await UntilAsync(() => MembersAsync(), [Ids[0]]);

        await House.Log.SaveSnapshotAsync(key, 2, new byte[] { 0 }, Cancelled);
        await UntilAsync(
            async () =>
            {
                people.Lane.Clock.Advance(TimeSpan.FromSeconds(1));
                return await MembersAsync();
            },
            []);
    }

    [Fact]
    public async Task Two_that_share_the_work_wake_everybody_and_each_only_its_part_also_when_the_parts_change()
    {
        var (one, other) = (new Share { Current = new DueShard(0, 2) }, new Share { Current = new DueShard(0, 2) });
        await using var first = House.NewDueClock(one);
        await using var second = House.NewDueClock(other);
        people.Lane.Clock.Advance(TimeSpan.FromHours(2));
        var keys = new Dictionary<IdentityId, long>();
        foreach (var id in Ids.Values) keys[id] = (await House.Log.LoadAsync(id, Cancelled))!.Key;
        first.Start();
        second.Start();
        await UntilAsync(() => MembersAsync(), Ids.Values.Where(id => keys[id] % 2 == 1));

        // A node has come, or one has gone.
        other.Current = new DueShard(1, 2);
        await UntilAsync(
            async () =>
            {
                people.Lane.Clock.Advance(TimeSpan.FromMilliseconds(500));
                return await MembersAsync();
            },
            []);
    }

    private async Task UntilAsync(Func<Task<IReadOnlyList<IdentityId>>> ask, IEnumerable<IdentityId> expected)
    {
        using var late = new CancellationTokenSource(Patience);
        var wanted = expected.Order().ToList();
        while (await ask() is var seen && !seen.SequenceEqual(wanted))
        {
            Assert.False(late.IsCancellationRequested, $"{seen.Count} are seen, not {wanted.Count}: {string.Join(' ', seen)}");
            await Task.Yield();
        }
    }

    private Task<IReadOnlyList<IdentityId>> MembersAsync() => people.MembersAsync(segment, Cancelled);

    private sealed class Share : INodeShare
    {
        public required DueShard Current { get; set; }
    }
}
