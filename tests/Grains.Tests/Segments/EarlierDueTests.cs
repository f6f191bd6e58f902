using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>Of whom a backfill finds only that she must be woken earlier: she takes no turn, and is woken all the same.</summary>
public sealed class EarlierDueTests : IAsyncLifetime
{
    private const int People = 10;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(1);

    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);

    private OrderingPeople people = null!;
    private SegmentId quiet;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private House House => people.House;

    private IReadOnlyDictionary<int, IdentityId> Ids => people.Ids;

    public async ValueTask InitializeAsync()
    {
        people = await OrderingPeople.OpenAsync(Cancelled);
        for (var i = 0; i < People; i++) await people.OrderAsync(i, total: 0, TimeSpan.Zero, Cancelled);
        House.Grains.Stop();
        quiet = await people.SaveAsync("""{"not":{"event":"Order","within":"1h"}}""", Cancelled);
    }

    public async ValueTask DisposeAsync() => await people.DisposeAsync();

    [Fact]
    public async Task Nothing_is_written_in_her_log_and_she_enters_at_her_instant()
    {
        await House.BackfillAsync(Cancelled);
        Assert.All(await EntriesAsync(), entry => Assert.IsType<EventEntry>(entry));
        House.StartDueClock();
        people.Lane.Clock.Advance(Hour - TimeSpan.FromMicroseconds(1));
        Assert.Empty(await MembersAsync());

        people.Lane.Clock.Advance(TimeSpan.FromMicroseconds(1));

        await UntilMembersAsync(Ids.Values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_wrote_meanwhile_is_woken_too_early_and_again_in_time(bool isInMemory)
    {
        DateTimeOffset instant;
        using (var page = await House.Bulk.PageAsync(0, People, House.Catalog, House.Adoption.Changed, Cancelled))
        {
            Assert.Equal(People, page.Changing.Count(judged => judged.IsOnlyDueEarlier));
            people.Lane.Clock.Advance(HalfAnHour);
            instant = people.Lane.Clock.Now + Hour;
            await people.OrderAsync(3, total: 0, TimeSpan.Zero, Cancelled);
            if (!isInMemory) House.Grains.Stop();
            await House.Adoption.RunAsync(page, _ => { }, (id, reason) => Assert.Fail($"{id}: {reason}"), Cancelled);
        }

        House.StartDueClock();
        people.Lane.Clock.Advance(Hour - HalfAnHour);
        await UntilMembersAsync(Ids.Values.Except([Ids[3]]));

        await UntilAsync(async () =>
        {
            people.Lane.Clock.Advance(TimeSpan.FromMilliseconds(500));
            return (await House.Index.DueAsync(new DueShard(0, 1), people.Lane.Clock.Now, People, Cancelled)).Count == 0;
        });
        people.Lane.Clock.Advance(instant - people.Lane.Clock.Now - TimeSpan.FromMicroseconds(1));
        Assert.DoesNotContain(Ids[3], await MembersAsync());
        people.Lane.Clock.Advance(TimeSpan.FromMicroseconds(1));
        await UntilMembersAsync(Ids.Values);
    }

    [Fact]
    public async Task Who_was_merged_meanwhile_is_not_woken_for_ever()
    {
        using (var page = await House.Bulk.PageAsync(0, People, House.Catalog, House.Adoption.Changed, Cancelled))
        {
            await House.Grains.ExplicitMerges.MergeAsync(Ids[1], Ids[2], new MergeCause(MergeReason.Request, [], null), Cancelled);
            House.Grains.Stop();
            await House.Adoption.RunAsync(page, _ => { }, (id, reason) => Assert.Fail($"{id}: {reason}"), Cancelled);
        }

        people.Lane.Clock.Advance(Hour);
        House.StartDueClock();

        await UntilMembersAsync(Ids.Values.Except([Ids[2]]));
        Assert.Empty(await House.Index.DueAsync(new DueShard(0, 1), people.Lane.Clock.Now, People, Cancelled));
    }

    private async Task<List<LogEntry>> EntriesAsync()
    {
        var entries = new List<LogEntry>();
        foreach (var id in Ids.Values)
        {
            var key = (await House.Log.LoadAsync(id, Cancelled))!.Key;
            await foreach (var entry in House.Log.ReadAsync(key, afterSeq: 0, Cancelled)) entries.Add(entry);
        }

        return entries;
    }

    private Task<IReadOnlyList<IdentityId>> MembersAsync() => people.MembersAsync(quiet, Cancelled);

    private async Task UntilMembersAsync(IEnumerable<IdentityId> expected)
    {
        var wanted = expected.Order().ToList();
        await UntilAsync(async () => (await MembersAsync()).SequenceEqual(wanted));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var since = Environment.TickCount64; !await isSo(); await Task.Delay(10, Cancelled)) Assert.InRange(Environment.TickCount64 - since, 0, 30_000);
    }
}
