using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>Who is due leaves at her instant, in memory or not, also when the process was down then, and nobody holds up the others.</summary>
public sealed class DueClockTests : IAsyncLifetime
{
    private const int People = 25;

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<int, IdentityId> ids = [];
    private Lane lane = null!;
    private SegmentId segment;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private House House => lane.House;

    public async ValueTask InitializeAsync()
    {
        lane = new Lane(new Dictionary<string, string?>(folder.Settings("people")) { ["Cdp:Bulk:PageSize"] = "4" });
        await lane.OpenAsync(Cancelled, watches: false);
        using var json = JsonDocument.Parse("""{"event":"Order","within":"1h"}""");
        segment = (await House.Grains.Catalog.SaveAsync(new SaveSegment(null, "s", null, FilterReader.ReadTrusted(json.RootElement)), Cancelled)).Saved!.Id;

        // The later the number, the later she is due: one a second.
        for (var i = 0; i < People; i++) ids[i] = await OrderAsync(i);
    }

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_leaves_at_her_instant_and_not_before(bool isInMemory)
    {
        if (!isInMemory) House.Grains.Stop();
        House.StartDueClock();
        lane.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(People) + TimeSpan.FromMicroseconds(1));
        for (var i = 0; i < People; i++)
        {
            await UntilAsync(() => MembersAsync(), ids.Values.Skip(i + 1));
            lane.Clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromMicroseconds(1));
            Assert.Equal(ids.Values.Skip(i + 1).Order(), await MembersAsync());
            lane.Clock.Advance(TimeSpan.FromMicroseconds(1));
        }

        // Whoever was in memory only for this goes by herself.
        while (ids.Values.Count(id => House.Grains.Peek(id) is not null) != (isInMemory ? People : 0)) await Task.Yield();
    }

    [Fact]
    public async Task What_came_due_while_the_process_was_down_is_caught_up_at_the_start()
    {
        await House.DisposeAsync();
        lane.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(People - 10) + TimeSpan.FromMicroseconds(1));
        await lane.OpenAsync(Cancelled, watches: false);

        House.StartDueClock();

        await UntilAsync(() => MembersAsync(), ids.Values.Skip(11));
    }

    [Fact]
    public async Task Somebody_who_cannot_be_read_holds_up_nobody()
    {
        House.Grains.Stop();
        var key = (await House.Log.LoadAsync(ids[0], Cancelled))!.Key;
        await House.Log.SaveSnapshotAsync(key, 1, new byte[] { 2, 1 }, Cancelled);
        lane.Clock.Advance(TimeSpan.FromHours(2));
        House.StartDueClock();

        await UntilAsync(() => MembersAsync(), [ids[0]]);

        await House.Log.SaveSnapshotAsync(key, 2, new byte[] { 0 }, Cancelled);
        await UntilAsync(
            async () =>
            {
                lane.Clock.Advance(TimeSpan.FromSeconds(1));
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
        lane.Clock.Advance(TimeSpan.FromHours(2));
        var keys = new Dictionary<IdentityId, long>();
        foreach (var id in ids.Values) keys[id] = (await House.Log.LoadAsync(id, Cancelled))!.Key;
        first.Start();
        second.Start();
        await UntilAsync(() => MembersAsync(), ids.Values.Where(id => keys[id] % 2 == 1));

        // A node has come, or one has gone.
        other.Current = new DueShard(1, 2);
        await UntilAsync(
            async () =>
            {
                lane.Clock.Advance(TimeSpan.FromMilliseconds(500));
                return await MembersAsync();
            },
            []);
    }

    private async Task UntilAsync(Func<Task<IReadOnlyList<IdentityId>>> ask, IEnumerable<IdentityId> expected)
    {
        var wanted = expected.Order().ToList();
        while (!(await ask()).SequenceEqual(wanted)) await Task.Yield();
    }

    private async Task<IReadOnlyList<IdentityId>> MembersAsync() =>
        [.. (await House.Memberships.ListAsync(segment, 0, 1_000, Cancelled)).Select(member => member.Id).Order()];

    private async Task<IdentityId> OrderAsync(int person)
    {
        var e = new Event
        {
            Type = EventType.Track,
            Name = "Order",
            Identifiers = [new Identifier(IdentifierKind.UserId, $"u{person}")],
            Timestamp = lane.Clock.Now - TimeSpan.FromSeconds(People - person),
            ReceivedAt = lane.Clock.Now,
            Source = "test",
            Properties = Encoding.UTF8.GetBytes("{}"),
        };
        return (await House.Ingest.IngestAsync([e], Cancelled))[0].Identity;
    }

    private sealed class Share : INodeShare
    {
        public required DueShard Current { get; set; }
    }
}
