using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Events that make room for what is kept of them, and how logs that have such are found.</summary>
public abstract class ExpiryContract(IStoreFixture fixture) : StoreContract(fixture)
{
    [Fact]
    public async Task What_takes_an_events_place_is_all_that_is_left_of_it()
    {
        var ann = await CreateAsync(UserId("ann"));
        var first = Track("Seen", Noon, "m1", UserId("ann"), Email("ann@x.com"));
        await CommitAsync(Entry(ann.Key, 1, first), Entry(ann.Key, 2, Track("Late", Noon.AddDays(-1), "m2")) with { IsLate = true }, Entry(ann.Key, 3, Track("Kept", Noon, "m3")));

        var gone = new ChangeEntry(ann.Key, 1, Noon, new Expired(MessageHash.Of("m1"), [UserId("ann")]));
        var late = new ChangeEntry(ann.Key, 2, Noon.AddDays(7), new Expired(MessageHash.Of("m2"), null));
        await CommitAsync(new Append { Entries = [new ChangeEntry(ann.Key, 4, Noon, new Judged())], Expired = [gone, late], Snapshots = [new ComponentSnapshot(ann.Key, 4, new byte[] { 4 })] });

        Assert.Equal(
            new LogEntry[] { gone, late, Entry(ann.Key, 3, Track("Kept", Noon, "m3")), new ChangeEntry(ann.Key, 4, Noon, new Judged()) }.Select(Written.Out),
            (await EntriesAsync(ann.Key)).Select(Written.Out));
        Assert.Equal(["m3"], (await Log.ReadTimelineAsync([ann.Key], new TimelineQuery(10), Token)).Select(stored => stored.MessageId));
        Assert.Equal(["m3"], (await Log.ReadTimelineAsync([ann.Key], new TimelineQuery(10) { From = Noon.AddDays(-2), To = Noon.AddDays(9) }, Token)).Select(stored => stored.MessageId));
        var messages = (await Log.ReadMessagesAsync([new EventId(ann.Key, 1), new EventId(ann.Key, 3), new EventId(ann.Key, 4)], Token)).OrderBy(message => message.Event.Seq).ToList();
        Assert.Equal([new StoredMessage(new EventId(ann.Key, 1), null, MessageHash.Of("m1")), new StoredMessage(new EventId(ann.Key, 3), "m3")], messages);
        Assert.True(messages[0].IsOf("m1"));
        Assert.False(messages[0].IsOf("m2"));
    }

    [Fact]
    public async Task Identifiers_that_came_by_it_are_read_in_bulk_and_nothing_else_of_it()
    {
        var ann = await CreateAsync(UserId("ann"));
        await CommitAsync(Entry(ann.Key, 1), Entry(ann.Key, 2), Entry(ann.Key, 3));
        await CommitAsync(new Append
        {
            Entries = [],
            Expired = [new ChangeEntry(ann.Key, 1, Noon, new Expired(null, [UserId("ann")])), new ChangeEntry(ann.Key, 2, Noon, new Expired(7, null))],
        });

        Assert.Equal([1L], await ReadAsync(new EntryFilter { HasIdentifiers = true }));
        Assert.Equal([3L], await ReadAsync(new EntryFilter { IsEveryEvent = true }));
        Assert.Equal([3L], await ReadAsync(new EntryFilter { Names = null }));

        async Task<List<long>> ReadAsync(EntryFilter filter)
        {
            var seqs = new List<long>();
            await Log.ReadManyAsync(
                async reader =>
                {
                    await reader.ReadEntriesAsync([ann.Key], filter, entry => seqs.Add(entry.Seq), Token);
                    return 0;
                },
                Token);
            return seqs;
        }
    }

    [Fact]
    public async Task A_snapshot_that_was_made_of_it_is_replaced_and_one_still_under_way_is_not_kept()
    {
        var ann = await CreateAsync(UserId("ann"));
        await CommitAsync(Entry(ann.Key, 1), Entry(ann.Key, 2));
        await Log.SaveSnapshotAsync(ann.Key, 2, new byte[] { 2 }, Token);
        await CommitAsync(new Append { Entries = [], Expired = [Gone(ann.Key, 1)], Snapshots = [new ComponentSnapshot(ann.Key, 2, new byte[] { 9 })] });

        foreach (var seq in (long[])[1, 2]) await Log.SaveSnapshotAsync(ann.Key, seq, new byte[] { 3 }, Token);

        var stored = (await Log.LoadAsync(ann.Id, Token))!;
        Assert.Equal((2L, 9), (stored.SnapshotSeq, (int)stored.Snapshot.Span[0]));
    }

    [Fact]
    public async Task Whoever_was_overtaken_replaces_nothing()
    {
        var ann = await CreateAsync(UserId("ann"));
        await CommitAsync(Entry(ann.Key, 1), Entry(ann.Key, 2));

        var result = await Log.AppendAsync(
            new Append { Entries = [new ChangeEntry(ann.Key, 2, Noon, new Judged())], Expired = [Gone(ann.Key, 1)], Snapshots = [new ComponentSnapshot(ann.Key, 2, new byte[] { 9 })] }, Token);

        Assert.IsType<Fenced>(result);
        Assert.All(await EntriesAsync(ann.Key), entry => Assert.IsType<EventEntry>(entry));
        Assert.Equal(0, (await Log.LoadAsync(ann.Id, Token))!.SnapshotSeq);
    }

    [Fact]
    public async Task Only_calls_about_what_somebody_did_can_be_replaced_and_only_once()
    {
        var ann = await CreateAsync(UserId("ann"));
        await CommitAsync(Entry(ann.Key, 1, Track("x", Noon) with { Type = EventType.Identify, Name = null }), Entry(ann.Key, 2));
        await CommitAsync(new Append { Entries = [], Expired = [Gone(ann.Key, 1), Gone(ann.Key, 2)] });
        var before = (await EntriesAsync(ann.Key)).Select(Written.Out).ToList();
        await CommitAsync(new Append { Entries = [], Expired = [new ChangeEntry(ann.Key, 2, Noon.AddDays(9), new Expired(1, null))] });

        Assert.Equal(before, (await EntriesAsync(ann.Key)).Select(Written.Out));
        Assert.IsType<EventEntry>((await EntriesAsync(ann.Key))[0]);
    }

    [Fact]
    public async Task Logs_with_something_too_old_are_found_page_by_page()
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < 7; i++)
        {
            var person = await CreateAsync(UserId($"u{i}"));
            people.Add(person);
            await CommitAsync([.. Enumerable.Range(1, 300).Select(seq => Entry(person.Key, seq, At(i % 2 == 0 && seq == 300 ? "old" : "other", Noon)))]);
        }

        await CommitAsync(new Append { Entries = [], Pointers = [new PointerChange(people[2].Key, people[0].Id, IsPending: false)] });
        Assert.Equal([people[0].Id, people[2].Id, people[4].Id, people[6].Id], await DueAsync(Noon.AddDays(1)));
        Assert.Empty(await DueAsync(Noon));

        // Marks have been left: what comes after them is found all the same, and other sources make them void.
        await CommitAsync(Entry(people[1].Key, 301, At("old", Noon)));
        Assert.Equal([people[0].Id, people[1].Id, people[2].Id, people[4].Id, people[6].Id], await DueAsync(Noon.AddDays(1)));
        Assert.Equal(people.Select(person => person.Id), await DueAsync(Noon.AddDays(1), "other"));
    }

    [Fact]
    public async Task What_is_too_old_is_looked_for_as_far_as_anything_can_be()
    {
        var ann = await CreateAsync(UserId("ann"));
        await CommitAsync(Entry(ann.Key, 1, At("long", Noon)), Entry(ann.Key, 2, At("short", Noon)), Entry(ann.Key, 3, At("short", Noon.AddDays(2))));
        SourceCutoff[] sources = [new("long", Noon), new("short", Noon.AddSeconds(1))];

        Assert.Equal([ann.Id], (await Store.Expiry.LookAsync(0, 10, sources, Token)).Due.Select(each => each.Id));
        await CommitAsync(new Append { Entries = [], Expired = [Gone(ann.Key, 2)] });
        Assert.Empty((await Store.Expiry.LookAsync(0, 10, sources, Token)).Due);
    }

    [Fact]
    public async Task A_log_whose_old_events_stay_is_named_again_once_it_has_grown()
    {
        var ann = await CreateAsync(UserId("ann"));
        await CommitAsync(Entry(ann.Key, 1, At("old", Noon)), Entry(ann.Key, 2, At("other", Noon)));
        Assert.Equal([ann.Id], await DueAsync(Noon.AddDays(1)));

        await Store.Expiry.KeepAsync([new KeptLog(ann.Key, 1, 2)], [new SourceCutoff("old", Noon)], Token);
        Assert.Empty(await DueAsync(Noon.AddDays(1)));

        await CommitAsync(Entry(ann.Key, 3, At("other", Noon)));
        Assert.Equal([ann.Id], await DueAsync(Noon.AddDays(1)));
    }

    private static ChangeEntry Gone(long key, long seq) => new(key, seq, Noon, new Expired(null, null));

    private static Event At(string source, DateTimeOffset receivedAt) => Track("Viewed", Noon) with { Source = source, ReceivedAt = receivedAt };

    private async Task<List<Domain.Identifiers.IdentityId>> DueAsync(DateTimeOffset before, string source = "old")
    {
        var due = new List<Domain.Identifiers.IdentityId>();
        for (long? after = 0; after is { } key;)
        {
            var page = await Store.Expiry.LookAsync(key, 3, [new SourceCutoff(source, before)], Token);
            due.AddRange(page.Due.Select(each => each.Id));
            after = page.LastKey;
        }

        return due;
    }
}
