using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>How a backfill gets on with trouble: a crash midway, somebody who always fails, a state read too early.</summary>
public sealed class BackfillTests : IAsyncLifetime
{
    private const int People = 30;

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<int, IdentityId> ids = [];
    private Lane lane = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private House House => lane.House;

    public async ValueTask InitializeAsync()
    {
        lane = new Lane(new Dictionary<string, string?>(folder.Settings("people")) { ["Cdp:Bulk:PageSize"] = "4" });
        await lane.OpenAsync(Cancelled, watches: false);
        for (var i = 0; i < People; i++) ids[i] = await OrderAsync(i, total: i);
        House.Grains.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_crash_midway_ends_with_the_same_members()
    {
        var segment = await SaveAsync("""{"event":"Order","where":[{"property":"total","operator":"gte","value":10}]}""");
        House.Backfill.Start();
        while (await House.Documents.GetAsync("backfill", "progress", Cancelled) is null) await Task.Yield();

        await lane.RestartAsync(isCrash: true, Cancelled, watches: false);
        await House.BackfillAsync(Cancelled);

        Assert.Equal(Enumerable.Range(10, People - 10).Select(i => ids[i]).Order(), await MembersAsync(segment));
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
        var (poisoned, key) = (ids[7], (await House.Log.LoadAsync(ids[7], Cancelled))!.Key);
        await House.Log.SaveSnapshotAsync(key, 1, new byte[] { 2, 1 }, Cancelled);
        var segment = await SaveAsync("""{"event":"Order"}""");

        House.Backfill.Start();
        while ((await MembersAsync(segment)).Count < People - 1) await Task.Yield();

        Assert.False((await House.Grains.Catalog.GetAsync(segment, Cancelled))!.IsLive);
        Assert.DoesNotContain(poisoned, await MembersAsync(segment));
        await House.Log.SaveSnapshotAsync(key, 2, new byte[] { 0 }, Cancelled);
        while (!(await House.Grains.Catalog.GetAsync(segment, Cancelled))!.IsLive)
        {
            lane.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(ids.Values.Order(), await MembersAsync(segment));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_state_that_turned_stale_is_ignored_and_another_is_taken_over_without_loading(bool isStale)
    {
        var segment = await SaveAsync("""{"event":"Order"}""");
        await House.BackfillAsync(Cancelled);
        var stored = (await House.Log.LoadAsync(ids[3], Cancelled))!;
        var catalog = SegmentCatalog.Compile(House.Catalog.Version, [], ConditionNumbers.None);
        var nothing = new LoadedIdentity(
            new Person(new Component(stored.Key, stored.Id, stored.CreatedAt)),
            MembershipState.Restore(stored.Memberships.Select(membership => KeyValuePair.Create(membership.Segment, membership.Since))),
            stored.Due,
            catalog,
            () => isStale) { LastSeq = (await EntriesAsync(stored.Key)).Count };
        House.Grains.Stop();

        await House.Grains.AdoptAsync(nothing, Cancelled);

        Assert.Equal(isStale, (await MembersAsync(segment)).Contains(ids[3]));
        Assert.Equal(isStale, House.Grains.Peek(ids[3]) is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_wrote_since_she_was_read_is_judged_by_what_she_wrote(bool isInMemory)
    {
        var segment = await SaveAsync("""{"event":"Order","count":{"operator":"gte","value":2}}""");
        using var page = await House.Bulk.PageAsync(0, People, House.Catalog, static _ => true, Cancelled);
        Assert.Equal(ids.Values, page.People.Select(loaded => loaded.Person.Own.Id));
        await OrderAsync(4, total: 1);
        if (!isInMemory) House.Grains.Stop();
        Assert.Equal([ids[4]], page.People.Where(loaded => loaded.IsStale()).Select(loaded => loaded.Person.Own.Id));

        foreach (var loaded in page.People) await House.Grains.AdoptAsync(loaded, Cancelled);

        Assert.Equal([ids[4]], await MembersAsync(segment));
    }

    [Fact]
    public async Task Of_those_in_memory_nobody_reads_her_log_again_after_a_backfill()
    {
        await OrderAsync(5, total: 99);
        var segment = await SaveAsync("""{"event":"Order","where":[{"property":"total","operator":"gte","value":50}]}""");

        await House.BackfillAsync(Cancelled);

        Assert.Equal([ids[5]], await MembersAsync(segment));
        Assert.Equal(House.Catalog.HighestCondition, House.Grains.Peek(ids[5])!.Own.Windows.KnownThrough);
        Assert.Null(House.Grains.Peek(ids[6]));
    }

    private async Task<SegmentId> SaveAsync(string filter)
    {
        using var json = JsonDocument.Parse(filter);
        return (await House.Grains.Catalog.SaveAsync(new SaveSegment(null, "s", null, FilterReader.ReadTrusted(json.RootElement)), Cancelled)).Saved!.Id;
    }

    private async Task<IReadOnlyList<IdentityId>> MembersAsync(SegmentId segment) =>
        [.. (await House.Memberships.ListAsync(segment, 0, 1_000, Cancelled)).Select(member => member.Id).Order()];

    private async Task<IdentityId> OrderAsync(int person, int total)
    {
        var e = new Event
        {
            Type = EventType.Track,
            Name = "Order",
            Identifiers = [new Identifier(IdentifierKind.UserId, $"u{person}")],
            Timestamp = lane.Clock.Now,
            ReceivedAt = lane.Clock.Now,
            Source = "test",
            Properties = Encoding.UTF8.GetBytes($$"""{"total":{{total}}}"""),
        };
        return (await House.Ingest.IngestAsync([e], Cancelled))[0].Identity;
    }

    private async Task<List<LogEntry>> EntriesAsync(long key)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in House.Log.ReadAsync(key, afterSeq: 0, Cancelled)) entries.Add(entry);
        return entries;
    }
}
