using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>What reading many people at once promises, whatever the store.</summary>
public abstract class BulkReaderContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private static readonly EntryFilter Nothing = new();

    [Fact]
    public async Task Roots_come_in_pages_by_key_without_those_who_are_merged()
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < 5; i++) people.Add(await CreateAsync());
        await CommitAsync(new Append { Entries = [], Pointers = [new PointerChange(people[1].Key, people[0].Id, IsPending: false)] });
        var segment = new SegmentId(Guid.CreateVersion7());
        await KeepAsync(segment);
        await CommitAsync(new Append { Entries = [], Memberships = [new MembershipChange(segment, people[3].Key, Noon)], Due = [new DueChange(people[3].Key, Noon.AddDays(1))] });

        var first = await ReadAsync(reader => reader.RootsAsync(0, 2, Token));
        var second = await ReadAsync(reader => reader.RootsAsync(first[^1].Key, 10, Token));

        Assert.Equal([people[0].Id, people[2].Id], first.Select(root => root.Id));
        Assert.Equal([people[3].Id, people[4].Id], second.Select(root => root.Id));
        Assert.Equal([new StoredMembership(segment, Noon)], second[0].Memberships);
        Assert.Equal(Noon.AddDays(1), second[0].Due);
        Assert.Empty(second[1].Memberships);
        Assert.Null(second[1].Due);
        var merged = Assert.Single(await ReadAsync(reader => reader.LoadAsync([people[1].Key, 999_999], Token)));
        Assert.Equal((people[1].Id, people[0].Id), (merged.Id, merged.MergedInto));
    }

    [Fact]
    public async Task Of_a_tail_come_the_entries_that_are_wanted_with_what_is_wanted_of_them()
    {
        var created = await CreateAsync();
        await CommitAsync(
            Entry(created.Key, 1, Track("Old", Noon)),
            Entry(created.Key, 2, Track("Viewed", Noon)),
            Entry(created.Key, 3, Track("Ordered", Noon.AddHours(1)) with { Context = "{\"consent\":{}}"u8.ToArray() }),
            new EventEntry(created.Key, 4, Track("Ordered", Noon.AddHours(-1))) { IsLate = true },
            Entry(created.Key, 5, Track("x", Noon) with { Type = EventType.Identify, Name = null }),
            Entry(created.Key, 6, Track("x", Noon) with { Type = EventType.Group, Name = null, Context = "{\"consentManagement\":7}"u8.ToArray() }),
            new EventEntry(created.Key, 7, Track("Viewed", Noon.AddHours(2), "m", Email("a@x.com"))) { Claimed = [Email("a@x.com")] },
            new ChangeEntry(created.Key, 8, Noon, new ConflictRecorded(Email("b@x.com"), created.Id, null)));
        await Log.SaveSnapshotAsync(created.Key, 1, new byte[] { 1 }, Token);

        Assert.Equal([8], await SeqsAsync(Nothing));
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], await SeqsAsync(Nothing with { IsEveryEvent = true }));
        Assert.Equal([3, 4, 8], await SeqsAsync(Nothing with { Names = ["Ordered", "Old"] }));
        Assert.Equal([3, 8], await SeqsAsync(Nothing with { Names = ["Ordered"], From = Noon }));
        Assert.Equal([2, 3, 4, 7, 8], await SeqsAsync(Nothing with { Names = null }));

        var byName = new Dictionary<string, DateTimeOffset> { ["Ordered"] = Noon, ["Viewed"] = Noon.AddHours(2) };
        var recent = await SeqsAsync(Nothing with { Names = ["Viewed", "Ordered"], From = Noon, FromByName = byName });
        Assert.Equal([3, 7, 8], recent.Except([2]));
        Assert.Equal([5, 8], await SeqsAsync(Nothing with { HasTraits = true }));
        Assert.Equal([6, 8], await SeqsAsync(Nothing with { HasGroups = true }));
        Assert.Equal([4, 7, 8], await SeqsAsync(Nothing with { HasIdentifiers = true }));
        Assert.Equal([3, 6, 8], await SeqsAsync(Nothing with { HasConsents = true }));
        var speaking = (await TailAsync([created.Key], Nothing with { HasConsents = true, HasTraits = true })).OfType<EventEntry>();
        Assert.Equal(["{\"consent\":{}}", "", "{\"consentManagement\":7}"], speaking.Select(entry => Encoding.UTF8.GetString(entry.Event.Context.Span)));

        var filter = Nothing with { Names = ["Viewed", "Ordered"], NamesWithProperties = ["Ordered"], HasTraits = true, HasIdentifiers = true };
        var tail = (await TailAsync([created.Key], filter)).OfType<EventEntry>().ToDictionary(entry => entry.Seq);
        Assert.Equal(["", "{\"a\":1}", "{\"a\":1}", "{\"a\":1}", ""], tail.Values.Select(entry => Encoding.UTF8.GetString(entry.Event.Properties.Span)));
        Assert.Equal([Email("a@x.com")], tail[7].Claimed);
        Assert.Equal([UserId("u")], tail[4].Event.Identifiers);
        Assert.Equal((true, "Ordered", Noon.AddHours(-1)), (tail[4].IsLate, tail[4].Event.Name, tail[4].At));

        var entries = new List<LogEntry>();
        await ReadAsync(async reader =>
        {
            await reader.ReadEntriesAsync([created.Key], Nothing with { Names = ["Old", "Ordered"] }, entries.Add, Token);
            return 0;
        });
        Assert.Equal([1, 3, 4, 8], entries.Select(entry => entry.Seq));

        async Task<IEnumerable<long>> SeqsAsync(EntryFilter wanted) => (await TailAsync([created.Key], wanted)).Select(entry => entry.Seq);
    }

    [Fact]
    public async Task Many_people_read_together_have_the_tails_that_each_has_alone()
    {
        const int Crowd = 150;
        var people = new List<NewIdentity>();
        for (var i = 0; i < Crowd; i++) people.Add(await CreateAsync());
        for (var seq = 1; seq <= 4; seq++)
        {
            // Not in the order of their keys, and some have no more.
            foreach (var person in people.AsEnumerable().Reverse().Where(person => person.Key % 3 != 0 || seq < 3))
                await CommitAsync(Entry(person.Key, seq, Track(seq % 2 == 0 ? "Ordered" : "Viewed", Noon.AddHours(-seq))));
        }

        foreach (var person in people.Where(person => person.Key % 5 == 0)) await Log.SaveSnapshotAsync(person.Key, 2, new byte[] { 1 }, Token);
        foreach (var filter in new[] { Nothing with { IsEveryEvent = true }, Nothing with { Names = ["Ordered"], NamesWithProperties = ["Ordered"] }, Nothing with { Names = null, From = Noon.AddHours(-3) } })
        {
            long[] keys = [.. people.Select(person => person.Key)];
            var together = (await TailAsync(keys, filter)).ToLookup(entry => entry.Component);
            foreach (var key in keys) Assert.Equal((await TailAsync([key], filter)).Select(Seen), together[key].OrderBy(entry => entry.Seq).Select(Seen));
        }

        static (long, string?, DateTimeOffset, string) Seen(LogEntry entry) =>
            (entry.Seq, ((EventEntry)entry).Event.Name, entry.At, Encoding.UTF8.GetString(((EventEntry)entry).Event.Properties.Span));
    }

    [Fact]
    public async Task A_scan_finds_the_named_events_of_all_components_in_a_range_of_keys()
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < 4; i++) people.Add(await CreateAsync());
        foreach (var person in people) await CommitAsync(Entry(person.Key, 1, Track("Ordered", Noon)), Entry(person.Key, 2, Track("Viewed", Noon.AddHours(1))));
        await CommitAsync(new Append { Entries = [new ChangeEntry(people[1].Key, 3, Noon, new MergedInto(people[0].Id, new MergeCause(MergeReason.Request, [], null)))], Pointers = [new PointerChange(people[1].Key, people[0].Id, IsPending: false)] });

        Assert.Equal([people[1].Key, people[2].Key], await ScanAsync(new EntryFilter { Names = ["Ordered"] }));
        Assert.Equal([people[1].Key, people[1].Key, people[2].Key, people[2].Key], await ScanAsync(new EntryFilter { Names = null }));
        Assert.Equal([people[1].Key, people[2].Key], await ScanAsync(new EntryFilter { Names = null, From = Noon.AddMinutes(1) }));

        async Task<IEnumerable<long>> ScanAsync(EntryFilter filter)
        {
            var found = new List<EventEntry>();
            await ReadAsync(async reader =>
            {
                await reader.ScanEventsAsync(people[1].Key, people[2].Key, filter, found.Add, Token);
                return 0;
            });
            return found.Select(entry => entry.Component).Order();
        }
    }

    [Fact]
    public async Task All_reads_of_one_piece_of_work_see_the_store_at_the_same_instant()
    {
        var created = await CreateAsync();
        await CommitAsync(Entry(created.Key, 1));

        var seen = await ReadAsync(async reader =>
        {
            var before = await TailAsync(reader);
            await CommitAsync(Entry(created.Key, 2));
            await CreateAsync();
            return (before, after: await TailAsync(reader));
        });

        Assert.Single(seen.before);
        Assert.Single(seen.after);

        async Task<List<LogEntry>> TailAsync(IBulkReader reader)
        {
            var tail = new List<LogEntry>();
            await reader.ReadTailsAsync([Assert.Single(await reader.RootsAsync(0, 10, Token))], new EntryFilter { Names = null }, tail.Add, Token);
            return tail;
        }
    }

    private Task<List<LogEntry>> TailAsync(IReadOnlyCollection<long> keys, EntryFilter filter) => ReadAsync(async reader =>
    {
        var tail = new List<LogEntry>();
        await reader.ReadTailsAsync(await reader.LoadAsync(keys, Token), filter, tail.Add, Token);
        return tail;
    });

    private Task<T> ReadAsync<T>(Func<IBulkReader, Task<T>> work) => Log.ReadManyAsync(work, Token);
}
