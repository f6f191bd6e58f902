using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Membership rows, their deltas and their counts.</summary>
public abstract class MembershipContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private readonly SegmentId segment = new(Guid.CreateVersion7());

    [Fact]
    public async Task Only_rows_that_really_came_or_went_are_announced()
    {
        await KeepAsync(segment);
        var person = await CreateAsync();
        await EnterAsync(person);
        await EnterAsync(person);
        await LeaveAsync(person);
        await LeaveAsync(person);

        Assert.Equal([(1, 0), (0, 1)], Stream.Deltas.Select(delta => (delta.Entered, delta.Left)));
        Assert.Equal(0, (await Store.Memberships.CountAsync(segment, Token)).Count);
    }

    [Fact]
    public async Task Members_are_listed_by_key_page_by_page()
    {
        await KeepAsync(segment);
        var people = new List<NewIdentity>();
        for (var i = 0; i < 7; i++) people.Add(await CreateAsync());
        foreach (var person in people) await EnterAsync(person);

        var first = await Store.Memberships.ListAsync(segment, 0, 4, Token);
        var second = await Store.Memberships.ListAsync(segment, first[^1].Key, 4, Token);

        Assert.Equal(people.Select(person => new StoredMember(person.Key, person.Id, Noon)), first.Concat(second));
        Assert.Equal(3, second.Count);
    }

    [Fact]
    public async Task A_rejected_append_announces_nothing()
    {
        var person = await CreateAsync();
        await CommitAsync(Entry(person.Key, 1));

        Assert.IsType<Fenced>(await Log.AppendAsync(new Append { Entries = [Entry(person.Key, 1)], Memberships = [new MembershipChange(segment, person.Key, Noon)] }, Token));

        Assert.Empty(Stream.Deltas);
        Assert.Equal(0, (await Store.Memberships.CountAsync(segment, Token)).Count);
    }

    [Fact]
    public async Task Deltas_add_up_to_the_rows_at_every_count_while_many_come_and_go()
    {
        var others = Enumerable.Range(0, 5).Select(_ => new SegmentId(Guid.CreateVersion7())).Append(segment).ToArray();
        foreach (var other in others) await KeepAsync(other);
        var people = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => CreateAsync()));
        var counts = new List<MembershipCount>();
        using var done = new CancellationTokenSource();
        var counting = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested) counts.Add(await Store.Memberships.CountAsync(segment, Token));
            },
            Token);

        await Task.WhenAll(people.Select((person, i) => Task.Run(
            async () =>
            {
                var random = new Random(i);
                for (var turn = 0; turn < 30; turn++)
                {
                    var changes = random.GetItems(others, 3).Select(id => new MembershipChange(id, person.Key, random.Next(2) == 0 ? Noon : null));
                    await CommitAsync(new Append { Entries = [], Memberships = [.. changes] });
                }
            },
            Token)));
        await done.CancelAsync();
        await counting;
        counts.Add(await Store.Memberships.CountAsync(segment, Token));

        // Each count equals the deltas up to the positions it names; each delta names the one before it.
        var deltas = Stream.Deltas.Where(delta => delta.Segment == segment).ToList();
        Assert.All(counts, count => Assert.Equal(
            count.Count, deltas.Where(delta => count.Commits.TryGetValue(delta.Writer, out var included) && delta.Commit <= included).Sum(delta => delta.Entered - delta.Left)));
        Assert.Equal(counts[^1].Count, Stream.Total(segment));
        foreach (var writer in deltas.GroupBy(delta => delta.Writer))
        {
            Assert.Equal(writer.Select(delta => delta.Commit).Prepend(0).SkipLast(1), writer.Select(delta => delta.Previous));
        }
    }

    [Fact]
    public async Task A_store_opened_again_writes_under_a_new_number()
    {
        await KeepAsync(segment);
        var person = await CreateAsync();
        await EnterAsync(person);
        await ReopenAsync();
        await LeaveAsync(person);

        Assert.Equal(2, Stream.Deltas.Select(delta => delta.Writer).Distinct().Count());
        Assert.All(Stream.Deltas, delta => Assert.Equal(0, delta.Previous));
        var commits = (await Store.Memberships.CountAsync(segment, Token)).Commits;
        Assert.All(Stream.Deltas, delta => Assert.Equal(delta.Commit, commits[delta.Writer]));
    }

    private Task EnterAsync(NewIdentity person) => CommitAsync(new Append { Entries = [], Memberships = [new MembershipChange(segment, person.Key, Noon)] });

    private Task LeaveAsync(NewIdentity person) => CommitAsync(new Append { Entries = [], Memberships = [new MembershipChange(segment, person.Key, null)] });
}
