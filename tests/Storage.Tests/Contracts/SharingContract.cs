using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Two processes on one store: what was decided by an older catalog and what a fenced node tries is not written, whatever was under way.</summary>
public abstract class SharingContract(IStoreFixture fixture) : StoreContract(fixture)
{
    [Fact]
    public async Task What_an_older_catalog_decided_is_not_written_and_the_rest_of_its_group_is()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        await NextVersionAsync(Store);
        await NextVersionAsync(other);
        var people = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => NewAsync()));

        // Claims too leave no trace: the second one of the two is the owner.
        var results = await Task.WhenAll(people.Select((person, i) => Log.AppendAsync(
            new Append
            {
                Created = [person],
                Entries = [Entry(person.Key, 1)],
                Claims = [new Claim(UserId($"u{i / 2}"), person.Key, Noon)],
                Catalog = (i % 4) switch { 0 => 1, 1 => 2, 2 => 0, _ => null },
            },
            Token)));

        Assert.All(results.Where((_, i) => i % 2 == 0), result => Assert.Equal(new OldCatalog(2), result));
        Assert.All(results.Where((_, i) => i % 2 == 1), result => Assert.IsType<Committed>(result));
        for (var i = 0; i < people.Length; i++)
        {
            Assert.Equal(i % 2, (await EntriesAsync(people[i].Key)).Count);
            Assert.Equal(i % 2 == 1, await Log.LoadAsync(people[i].Id, Token) is not null);
        }

        Assert.Equal(people[1].Id, await Store.Identities.FindOwnerAsync(UserId("u0"), Token));
        Assert.Null(await Store.Identities.FindOwnerAsync(UserId("u4"), Token));
    }

    [Fact]
    public async Task Once_a_version_is_written_nothing_decided_by_an_older_one_comes_after_it()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        var person = await CreateAsync();
        var version = 0L;
        var seqs = new long[8];
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, seqs.Length).Select(i => Task.Run(
            async () =>
            {
                var (store, key) = (i % 2 == 0 ? Store : other, (await CreateAsync()).Key);
                while (!done.IsCancellationRequested)
                {
                    // The name says by which version it was decided.
                    var decided = Interlocked.Read(ref version);
                    var append = new Append { Entries = [Entry(key, seqs[i] + 1, Track($"v{decided}", Noon))], Catalog = decided };
                    if (await store.Events.AppendAsync(append, Token) is Committed) seqs[i]++;
                }

                return key;
            },
            Token)).ToList();
        var counts = new List<(string Name, int Count)>();
        for (var next = 1; next <= 12; next++)
        {
            await NextVersionAsync(next % 2 == 0 ? Store : other);
            counts.Add(($"v{next - 1}", await CountAsync($"v{next - 1}")));
            Interlocked.Exchange(ref version, next);
            await Log.AppendAsync(new Append { Entries = [Entry(person.Key, next)], Catalog = next }, Token);
        }

        await done.CancelAsync();
        await Task.WhenAll(writers);
        foreach (var (name, count) in counts) Assert.Equal(count, await CountAsync(name));
        Assert.Contains(counts, each => each.Count > 0);
    }

    [Fact]
    public async Task A_catalog_that_was_changed_meanwhile_is_not_written_and_a_written_one_is_read_as_a_whole()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        var before = await Store.Catalog.ReadAsync(Token);
        Assert.Equal((0, 0, true), (before.Revision, before.Version, before.Conditions.IsEmpty));
        var set = new MembershipSet(new(Guid.CreateVersion7()), new(Guid.CreateVersion7()), """{"or":[]}""", 1) { IsShown = true };
        var write = new CatalogWrite(0)
        {
            Conditions = "{}"u8.ToArray(),
            Documents = [new(StoredCatalog.SegmentKind, "s", "1"u8.ToArray()), new(StoredCatalog.TraitKind, "t", "2"u8.ToArray())],
            Sets = [set],
        };

        Assert.True(await Store.Catalog.WriteAsync(write, Token));
        Assert.False(await other.Catalog.WriteAsync(write with { Documents = [new(StoredCatalog.SegmentKind, "late", "3"u8.ToArray())] }, Token));
        Assert.True(await other.Catalog.WriteAsync(new CatalogWrite(1) { Documents = [new(StoredCatalog.TraitKind, "t", null)] }, Token));

        var after = await Store.Catalog.ReadAsync(Token);
        Assert.Equal((2, 1, 2), (after.Revision, after.Version, after.Conditions.Length));
        Assert.Equal("s", Assert.Single(after.Segments).Id);
        Assert.Empty(after.Traits);
        Assert.Equal(set, Assert.Single(after.Sets));
        Assert.Equal(2, (await other.Documents.ChangesAsync(Token))[StoredCatalog.Kind]);
    }

    [Fact]
    public async Task A_fenced_node_writes_nothing_any_more_and_finds_out_by_trying()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        Assert.NotEqual(Store.Fencing.Node, other.Fencing.Node);
        var person = await CreateAsync();
        await other.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token);

        Assert.True(await Store.Fencing.FenceAsync(other.Fencing.Node, Token));
        Assert.False(await Store.Fencing.FenceAsync(other.Fencing.Node, Token));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => other.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 2)] }, Token));
        await BecomesFencedAsync(other);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => other.Documents.GetAsync("k", "a", Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => NextVersionAsync(other));
        await CommitAsync(Entry(person.Key, 2));
        await Store.Fencing.LookAsync(Token);
        Assert.False(Store.Fencing.Fenced.IsCancellationRequested);
    }

    [Fact]
    public async Task A_fenced_node_that_does_nothing_finds_out_by_looking()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        await other.Fencing.LookAsync(Token);
        await Store.Fencing.FenceAsync(other.Fencing.Node, Token);

        await BecomesFencedAsync(other);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => other.Events.LoadAsync(new IdentityId(Guid.CreateVersion7()), Token));
    }

    [Fact]
    public async Task Once_a_node_is_fenced_nothing_that_it_had_under_way_comes_after_it()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        var keys = (await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => CreateAsync()))).Select(person => person.Key).ToList();
        var acknowledged = 0;
        var writers = keys.Select(key => Task.Run(
            async () =>
            {
                for (var seq = 1; ; seq++)
                {
                    try
                    {
                        Assert.IsType<Committed>(await other.Events.AppendAsync(new Append { Entries = [Entry(key, seq, Track("mine", Noon))] }, Token));
                        Interlocked.Increment(ref acknowledged);
                    }
                    catch (StoreUnavailableException)
                    {
                        return;
                    }
                }
            },
            Token)).ToList();
        while (Volatile.Read(ref acknowledged) < 100) await Task.Yield();

        await Store.Fencing.FenceAsync(other.Fencing.Node, Token);
        var stored = await CountAsync("mine");
        await Task.WhenAll(writers);

        Assert.Equal(stored, await CountAsync("mine"));
        Assert.InRange(acknowledged, 100, stored);
    }

    [Fact]
    public async Task Changes_of_documents_are_counted_for_all_processes_by_kind()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        Assert.Empty(await other.Documents.ChangesAsync(Token));
        await Store.Documents.PutAsync("k", "a", "1"u8.ToArray(), 0, Token);
        await other.Documents.PutAsync("k", "b", "1"u8.ToArray(), 0, Token);
        await other.Documents.PutAsync("k", "b", "1"u8.ToArray(), 7, Token);
        await Store.Documents.DeleteAsync("k", "b", Token);
        await Store.Documents.DeleteAsync("k", "b", Token);
        await Store.Documents.PutAsync("l", "b", "1"u8.ToArray(), 0, Token);

        Assert.Equal(new Dictionary<string, long> { ["k"] = 3, ["l"] = 1 }, await other.Documents.ChangesAsync(Token));
    }

    protected async Task<int> CountAsync(string name)
    {
        var count = 0;
        await Log.ReadManyAsync(
            async reader =>
            {
                await reader.ScanEventsAsync(0, long.MaxValue, new EntryFilter { Names = [name] }, _ => count++, Token);
                return count;
            },
            Token);
        return count;
    }

    private static async Task NextVersionAsync(StoreUnderTest by) =>
        Assert.True(await by.Catalog.WriteAsync(new CatalogWrite((await by.Catalog.ReadAsync(Token)).Revision) { Conditions = "{}"u8.ToArray() }, Token));

    // Its sessions were ended, so that the first look may only find a broken connection.
    private static async Task BecomesFencedAsync(StoreUnderTest store)
    {
        for (var attempt = 0; !store.Fencing.Fenced.IsCancellationRequested; attempt++)
        {
            Assert.True(attempt < 1_000, "It never found out.");
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Fencing.LookAsync(Token));
        }
    }
}
