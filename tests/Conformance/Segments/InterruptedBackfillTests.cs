using System.Text.Json;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>How a backfill gets on with trouble: a crash midway, somebody who always fails.</summary>
public sealed class InterruptedBackfillTests : IAsyncLifetime
{
    private const int People = 30;

    private OrderingPeople people = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private House House => people.House;

    private IReadOnlyDictionary<int, IdentityId> Ids => people.Ids;

    public async ValueTask InitializeAsync()
    {
        people = await OrderingPeople.OpenAsync(Cancelled);
        for (var i = 0; i < People; i++) await OrderAsync(i, total: i);
        House.Grains.Stop();
    }

    public async ValueTask DisposeAsync() => await people.DisposeAsync();

    [Fact]
    public async Task A_crash_midway_ends_with_the_same_members()
    {
        var segment = await SaveAsync("""{"event":"Order","where":[{"property":"total","operator":"gte","value":10}]}""");
        House.StartBackfill();
        await Eventually.HoldsAsync(async () => await House.Documents.GetAsync("backfill", "progress", Cancelled) is not null, "the backfill has begun", Cancelled);

        await people.Lane.RestartAsync(isCrash: true, Cancelled, watches: false);
        await House.BackfillAsync(Cancelled);

        Assert.Equal(Enumerable.Range(10, People - 10).Select(i => Ids[i]).Order(), await MembersAsync(segment));
    }

    [Fact]
    public async Task What_a_crashed_backfill_had_seen_is_not_read_again()
    {
        var segment = await SaveAsync("""{"event":"Order"}""");
        var version = (await House.Documents.GetAsync("catalog", "conditions", Cancelled))!.Version;
        var half = await House.Index.ListAsync(null, null, People / 2, Cancelled);
        var note = JsonSerializer.SerializeToUtf8Bytes(new { Version = version, From = 0, Reached = half[^1].Key - 1, IsWrapped = false, IsScanned = false, Stragglers = Array.Empty<Guid>() });
        Assert.True(await House.Documents.PutAsync("backfill", "progress", note, 0, Cancelled));

        await House.BackfillAsync(Cancelled);

        Assert.Equal(half.Select(identity => identity.Id).Order(), await MembersAsync(segment));
    }

    [Fact]
    public async Task Somebody_who_cannot_be_read_holds_up_nobody_and_keeps_the_segment_backfilling_until_she_can()
    {
        var (poisoned, key) = (Ids[7], (await House.Log.LoadAsync(Ids[7], Cancelled))!.Key);
        await House.Log.SaveSnapshotAsync(key, 1, new byte[] { 3, 1 }, Cancelled);
        var segment = await SaveAsync("""{"event":"Order"}""");

        House.StartBackfill();
        await Eventually.HoldsAsync(async () => (await MembersAsync(segment)).Count >= People - 1, "the others are members", Cancelled);

        Assert.False((await House.Grains.Catalog.GetAsync(segment, Cancelled))!.IsLive);
        Assert.DoesNotContain(poisoned, await MembersAsync(segment));
        await House.Log.SaveSnapshotAsync(key, 2, new byte[] { 0 }, Cancelled);
        await Eventually.HoldsAsync(
            async () =>
            {
                people.Lane.Clock.Advance(TimeSpan.FromSeconds(1));
                return (await House.Grains.Catalog.GetAsync(segment, Cancelled))!.IsLive;
            },
            "the segment is live",
            Cancelled);

        Assert.Equal(Ids.Values.Order(), await MembersAsync(segment));
    }

    private Task<SegmentId> SaveAsync(string filter) => people.SaveAsync(filter, Cancelled);

    private Task<IReadOnlyList<IdentityId>> MembersAsync(SegmentId segment) => people.MembersAsync(segment, Cancelled);

    private Task OrderAsync(int person, int total) => people.OrderAsync(person, total, TimeSpan.Zero, Cancelled);
}
