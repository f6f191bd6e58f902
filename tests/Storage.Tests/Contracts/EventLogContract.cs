using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>What appends and loads promise, whatever the store.</summary>
public abstract class EventLogContract(IStoreFixture fixture) : StoreContract(fixture)
{
    public static TheoryData<Change> Changes =>
    [
        new MergedInto(new IdentityId(Guid.CreateVersion7()), new MergeCause(MergeReason.SharedEvent, [UserId("a:b"), Email("x@y.z")], "m\"1")),
        new Unmerged([new IdentityId(Guid.CreateVersion7()), new IdentityId(Guid.CreateVersion7())]),
        new Absorbed(42, new IdentityId(Guid.CreateVersion7()), new MergeCause(MergeReason.Request, [], null)),
        new Released(long.MaxValue, new IdentityId(Guid.CreateVersion7())),
        new ConflictRecorded(Email("o'neill@x.com"), new IdentityId(Guid.CreateVersion7()), null),
    ];

    public static TheoryData<string> Texts => new(
        "plain", "it's \"quoted\" \\ and % _ --", "tab\tline\nfeed", "emoji 😀👩‍👩‍👧", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ü ß 漢字 \u200f", new string('x', 100_000) + "😀");

    [Fact]
    public async Task What_was_appended_is_loaded_again_in_order()
    {
        var created = await NewAsync();
        var first = Track("Signed Up", Noon, "m1", UserId("u1"), Email("a@x.com")) with { Context = Encoding.UTF8.GetBytes("""{"ip":"::1"}""") };
        var entries = new LogEntry[]
        {
            new EventEntry(created.Key, 1, first) { Claimed = [Email("a@x.com")] },
            new EventEntry(created.Key, 2, Track("Viewed", Noon.AddHours(-1))) { IsLate = true },
            new EventEntry(created.Key, 3, first with { Type = EventType.Alias, Name = null, MessageId = null, PreviousId = "old", Properties = Encoding.UTF8.GetBytes("""{"previousId":"old"}""") }),
        };
        await CommitAsync(new Append { Created = [created], Entries = entries, Claims = [new Claim(Email("a@x.com"), created.Key, Noon)] });

        var loaded = await Log.LoadAsync(created.Id, Token);

        Assert.NotNull(loaded);
        Assert.Equal((created.Key, created.Id, created.CreatedAt, (IdentityId?)null), (loaded.Key, loaded.Id, loaded.CreatedAt, loaded.MergedInto));
        Assert.Equal(entries.Select(Written.Out), loaded.Tail.Select(Written.Out));
        Assert.Equal(entries.Select(Written.Out), (await EntriesAsync(created.Key)).Select(Written.Out));
        Assert.Equal(entries.Skip(1).Select(Written.Out), (await EntriesAsync(created.Key, 1)).Select(Written.Out));
    }

    [Fact]
    public async Task An_unknown_identity_is_not_there()
    {
        Assert.Null(await Log.LoadAsync(new IdentityId(Guid.CreateVersion7()), Token));
        Assert.Empty(await Log.LoadAsync([4711], Token));
        Assert.Empty(await EntriesAsync(4711));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Every_change_comes_back_as_it_was(Change change)
    {
        var created = await CreateAsync();
        var entry = new ChangeEntry(created.Key, 1, Noon, change);
        await CommitAsync(entry);

        Assert.Equal(Written.Out(entry), Written.Out(Assert.Single(await EntriesAsync(created.Key))));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Any_text_comes_back_as_it_was(string text)
    {
        var identifier = UserId(text.Replace('\n', ' ').Replace('\t', ' ')[..Math.Min(text.Length, 500)]);
        var created = await CreateAsync(identifier);
        var e = Track(text, Noon, text, identifier) with { Source = text, Properties = Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(new { text })) };
        await CommitAsync(Entry(created.Key, 1, e));

        Assert.Equal(Written.Out(Entry(created.Key, 1, e)), Written.Out(Assert.Single(await EntriesAsync(created.Key))));
        Assert.Equal(created.Id, await Store.Identities.FindOwnerAsync(identifier, Token));
        Assert.Equal(text, Assert.Single(await Log.ReadMessagesAsync([new EventId(created.Key, 1)], Token)).MessageId);
    }

    [Fact]
    public async Task Several_components_load_at_once_each_with_its_own_tail()
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < 5; i++)
        {
            people.Add(await CreateAsync());
            for (var seq = 1; seq <= i; seq++) await CommitAsync(Entry(people[i].Key, seq));
        }

        await Log.SaveSnapshotAsync(people[4].Key, 3, new byte[] { 1, 2, 3 }, Token);

        var loaded = (await Log.LoadAsync([.. people.Select(person => person.Key), 999_999], Token)).ToDictionary(component => component.Key);

        Assert.Equal(5, loaded.Count);
        Assert.Equal([0, 1, 2, 3, 1], people.Select(person => loaded[person.Key].Tail.Count));
        Assert.Equal([1, 2, 3], loaded[people[4].Key].Snapshot.ToArray());
        Assert.Equal(people.Select(person => person.Id), people.Select(person => loaded[person.Key].Id));
    }

    [Fact]
    public async Task Keys_are_never_given_twice_not_even_to_another_opener()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        var tasks = Enumerable.Range(0, 2_500).SelectMany(_ => new[] { Log, other.Events }).Select(log => log.NewKeyAsync(Token).AsTask());

        var keys = await Task.WhenAll(tasks);
        await ReopenAsync();

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.InRange(key, 1, 20_000));
        Assert.DoesNotContain(await Log.NewKeyAsync(Token), keys);
    }

    [Fact]
    public async Task A_newer_snapshot_stays_and_the_tail_begins_after_it()
    {
        var created = await CreateAsync();
        for (var seq = 1; seq <= 5; seq++) await CommitAsync(Entry(created.Key, seq));

        await Log.SaveSnapshotAsync(created.Key, 4, new byte[] { 4 }, Token);
        await Log.SaveSnapshotAsync(created.Key, 2, new byte[] { 2 }, Token);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Log.SaveSnapshotAsync(created.Key, i % 5, new byte[] { 9 }, Token)));

        var loaded = await Log.LoadAsync(created.Id, Token);
        Assert.Equal(4, loaded!.SnapshotSeq);
        Assert.Equal([4], loaded.Snapshot.ToArray());
        Assert.Equal(5, Assert.Single(loaded.Tail).Seq);
    }

    [Fact]
    public async Task A_taken_place_in_the_log_fences_and_leaves_no_trace()
    {
        var created = await CreateAsync();
        await CommitAsync(Entry(created.Key, 1));

        var result = await Log.AppendAsync(
            new Append { Entries = [Entry(created.Key, 1), Entry(created.Key, 2)], Claims = [new Claim(UserId("new"), created.Key, Noon)], Due = [new DueChange(created.Key, Noon)] }, Token);

        Assert.IsType<Fenced>(result);
        Assert.Single(await EntriesAsync(created.Key));
        Assert.Null(await Store.Identities.FindOwnerAsync(UserId("new"), Token));
        Assert.Empty(await Store.Identities.DueAsync(DateTimeOffset.MaxValue, 10, Token));
    }

    [Fact]
    public async Task An_identity_that_is_there_already_fences()
    {
        var created = await CreateAsync();

        Assert.IsType<Fenced>(await Log.AppendAsync(new Append { Created = [created], Entries = [Entry(created.Key, 1)] }, Token));
        Assert.IsType<Fenced>(await Log.AppendAsync(new Append { Created = [created with { Key = created.Key + 500 }], Entries = [] }, Token));
        Assert.Empty(await EntriesAsync(created.Key));
    }

    [Fact]
    public async Task Messages_are_read_by_their_events()
    {
        var one = await CreateAsync();
        var two = await CreateAsync();
        await CommitAsync(Entry(one.Key, 1, Track("A", Noon, "m1")), Entry(one.Key, 2, Track("A", Noon, "m2")), Entry(two.Key, 1, Track("A", Noon, "m1")), Entry(two.Key, 2));

        var found = await Log.ReadMessagesAsync([new(one.Key, 2), new(two.Key, 1), new(two.Key, 2), new(two.Key, 9)], Token);

        Assert.Equal(
            [new StoredMessage(new EventId(one.Key, 2), "m2"), new StoredMessage(new EventId(two.Key, 1), "m1")],
            found.OrderBy(message => message.Event.Component));
    }

    [Fact]
    public async Task Message_blocks_come_back_page_by_page_and_each_number_is_written_once()
    {
        var one = await CreateAsync();
        MessageBlock Block(int number) => new(
            one.Key, number, Enumerable.Range(0, 512).Select(i => ((long)number << 40) - i).ToArray(), Enumerable.Range(number * 512, 512).ToArray());
        for (var number = 0; number < 5; number++) await CommitAsync(new Append { Entries = [Entry(one.Key, number + 1)], MessageBlocks = [Block(number)] });

        Assert.IsType<Fenced>(await Log.AppendAsync(new Append { Entries = [Entry(one.Key, 6)], MessageBlocks = [Block(4)] }, Token));
        List<MessageBlock> read = [.. await Log.ReadMessageBlocksAsync(one.Key, 0, 3, Token), .. await Log.ReadMessageBlocksAsync(one.Key, 3, 3, Token)];

        Assert.Equal([0, 1, 2, 3, 4], read.Select(block => block.Number));
        Assert.All(read, block =>
        {
            Assert.Equal(Block(block.Number).Hashes.ToArray(), block.Hashes.ToArray());
            Assert.Equal(Block(block.Number).Seqs.ToArray(), block.Seqs.ToArray());
        });
        Assert.Equal(5, (await EntriesAsync(one.Key)).Count);
    }

    [Fact]
    public async Task Memberships_pointers_and_due_come_with_the_identity()
    {
        var loser = await CreateAsync();
        var survivor = await CreateAsync();
        var segment = new Domain.Segments.SegmentId(Guid.CreateVersion7());
        await KeepAsync(segment);
        await CommitAsync(new Append
        {
            Entries = [Entry(loser.Key, 1)],
            Memberships = [new MembershipChange(segment, loser.Key, Noon)],
            Due = [new DueChange(loser.Key, Noon.AddDays(1))],
            Pointers = [new PointerChange(loser.Key, survivor.Id, IsPending: true)],
        });

        var loaded = await Log.LoadAsync(loser.Id, Token);
        Assert.Equal(survivor.Id, loaded!.MergedInto);
        Assert.Equal(Noon.AddDays(1), loaded.Due);
        Assert.Equal([new StoredMembership(segment, Noon)], loaded.Memberships);
        var brief = Assert.Single(await Log.LoadAsync([loser.Key], Token));
        Assert.Null(brief.Due);
        Assert.Empty(brief.Memberships);
        Assert.Equal([new PendingMerge(loser.Id, survivor.Id)], await Store.Identities.PendingMergesAsync(10, Token));

        await CommitAsync(new Append { Entries = [], Pointers = [new PointerChange(loser.Key, survivor.Id, IsPending: false)] });
        Assert.Empty(await Store.Identities.PendingMergesAsync(10, Token));

        await CommitAsync(new Append { Entries = [], Pointers = [new PointerChange(loser.Key, null, IsPending: false)], Due = [new DueChange(loser.Key, null)] });
        loaded = await Log.LoadAsync(loser.Id, Token);
        Assert.Null(loaded!.MergedInto);
        Assert.Null(loaded.Due);
    }

    [Fact]
    public async Task Everything_is_there_after_the_store_was_closed_and_opened_again()
    {
        var created = await CreateAsync(UserId("u1"));
        await CommitAsync(Entry(created.Key, 1), Entry(created.Key, 2));
        await Log.SaveSnapshotAsync(created.Key, 1, new byte[] { 1 }, Token);

        await ReopenAsync();

        var loaded = await Log.LoadAsync(created.Id, Token);
        Assert.Equal(1, loaded!.SnapshotSeq);
        Assert.Single(loaded.Tail);
        Assert.Equal(created.Id, await Store.Identities.FindOwnerAsync(UserId("u1"), Token));
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_away()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Log.AppendAsync(new Append { Entries = [Entry(1, 1)] }, Token));
        await ReopenAsync();
    }

    [Fact]
    public async Task Eight_openers_at_once_migrate_an_empty_database_once()
    {
        await Fixture.RenewAsync();

        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Fixture.OpenAsync(new RecordedStream(), Token))));

        var keys = await Task.WhenAll(stores.Select(store => store.Events.NewKeyAsync(Token).AsTask()));
        Assert.Equal(8, keys.Distinct().Count());
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task A_long_log_is_read_in_order_to_its_end()
    {
        var created = await CreateAsync();
        await CommitAsync([.. Enumerable.Range(1, 4_321).Select(seq => Entry(created.Key, seq))]);

        Assert.Equal(Enumerable.Range(1, 4_321).Select(seq => (long)seq), (await EntriesAsync(created.Key)).Select(entry => entry.Seq));
    }
}
