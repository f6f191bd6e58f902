using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>The decision that a person is erased, the steps after it, and what can no longer be written since.</summary>
public abstract class ErasureContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private readonly SegmentId segment = new(Guid.CreateVersion7());
    private readonly SegmentId coming = new(Guid.CreateVersion7());

    [Fact]
    public async Task An_erased_person_is_found_by_nobody_and_her_rows_are_counted_as_they_go()
    {
        var (ann, part, bob) = await PeopleAsync();
        var erasure = Of(ann, (ann.Key, 3), (part.Key, 1)) with { Identifiers = [UserId("ann"), Email("ann@x.com")], Suppressed = [Hash(1), Hash(2)] };

        Assert.Equal(new Erased(1), await EraseAsync(erasure));

        Assert.Null(await Log.LoadAsync(ann.Id, Token));
        Assert.Null(await Log.LoadAsync(part.Id, Token));
        Assert.Null(await Store.Identities.FindOwnerAsync(UserId("ann"), Token));
        Assert.Equal([bob.Id], (await Store.Identities.ListAsync(null, null, 10, Token)).Select(each => each.Id));
        Assert.Equal((0, 0), ((await Store.Memberships.CountAsync(segment, Token)).Count, (await Store.Memberships.CountAsync(coming, Token)).Count));
        Assert.Equal((0, 0), (Stream.Total(segment), Stream.Total(coming)));
        Assert.Empty(await Store.Identities.DueAsync(Noon.AddYears(1), 10, Token));
        Assert.Equal([erasure.Receipt], await Store.Erasures.PendingAsync(10, Token));
        Assert.Null((await Store.Erasures.FindAsync(new ErasureKey(erasure.Receipt, null, null), Token))!.CompletedAt);

        for (var steps = 1; !await Store.Erasures.SweepAsync(erasure.Receipt, 1, Noon.AddHours(1), Token); steps++) Assert.True(steps < 20);

        var receipt = (await Store.Erasures.FindAsync(new ErasureKey(null, part.Id, null), Token))!;
        Assert.Equal(
            new ErasureReceipt(erasure.Receipt, ann.Id, Noon, Noon.AddHours(1), Suppresses: true, new ErasureCounts
            {
                Components = 2,
                Identifiers = 2,
                Events = 3,
                Changes = 1,
                MessageBlocks = 1,
                Snapshots = 1,
                Memberships = 2,
                Transitions = 1,
                DueTimes = 1,
            }),
            receipt);
        Assert.Equal(receipt, await Store.Erasures.FindAsync(new ErasureKey(null, null, Hash(2)), Token));
        Assert.Empty(await Store.Erasures.PendingAsync(10, Token));
        Assert.Empty(await EntriesAsync(ann.Key));
        Assert.Empty(await EntriesAsync(part.Key));
        Assert.Single(await EntriesAsync(bob.Key));
        Assert.True(await Store.Erasures.SweepAsync(erasure.Receipt, 1, Noon.AddHours(2), Token));
        Assert.Equal(receipt, await Store.Erasures.FindAsync(new ErasureKey(erasure.Receipt, null, null), Token));
    }

    [Fact]
    public async Task The_exit_is_told_under_the_erased_id_and_nothing_else_of_her()
    {
        var (ann, part, _) = await PeopleAsync();
        await SweepAsync(Of(ann, (ann.Key, 3), (part.Key, 1)));

        var told = Assert.Single(await Store.Transitions.ReadAsync([], 10, Token));
        Assert.Equal((segment, ann.Id, false, Noon, MembershipCause.Erasure), (told.Segment, told.Identity, told.IsEntry, told.Since, told.Cause));
        Assert.Equal([told], await Store.Transitions.RecentAsync(segment, null, 10, Token));
        Assert.Empty(await Store.Transitions.OfAsync([ann.Id], default, 10, Token));
    }

    [Fact]
    public async Task Somebody_who_is_not_as_she_was_decided_on_is_not_erased()
    {
        var (ann, part, bob) = await PeopleAsync();

        foreach (var wrong in new[] { Of(ann, (ann.Key, 2), (part.Key, 1)), Of(ann, (ann.Key, 3)), Of(part, (part.Key, 1)), Of(ann, (ann.Key, 3), (part.Key, 1), (bob.Key, 1)) })
            Assert.IsType<Fenced>(await EraseAsync(wrong));

        Assert.NotNull(await Log.LoadAsync(ann.Id, Token));
        Assert.Equal(0, (await Store.Erasures.ReadAsync(0, Token)).Revision);
        Assert.Empty(await Store.Erasures.PendingAsync(10, Token));
    }

    [Fact]
    public async Task What_was_decided_before_somebody_was_erased_is_not_written()
    {
        var (ann, part, bob) = await PeopleAsync();
        await EraseAsync(Of(ann, (ann.Key, 3), (part.Key, 1)) with { Identifiers = [UserId("ann")] });

        Assert.Equal(new OldErasures(1), await Log.AppendAsync(new Append { Entries = [Entry(ann.Key, 4)], Erasures = 0 }, Token));
        Assert.Equal(new OldErasures(1), await Log.AppendAsync(new Append { Entries = [], Claims = [new Claim(UserId("ann"), bob.Key, Noon)], Erasures = 0 }, Token));
        Assert.IsType<Committed>(await Log.AppendAsync(new Append { Entries = [Entry(bob.Key, 2)], Erasures = 1 }, Token));
    }

    [Fact]
    public async Task A_snapshot_that_was_under_way_is_not_kept()
    {
        var (ann, part, bob) = await PeopleAsync();
        await EraseAsync(Of(ann, (ann.Key, 3), (part.Key, 1)));
        await Log.SaveSnapshotAsync(ann.Key, 3, new byte[] { 1 }, Token);
        await Log.SaveSnapshotAsync(bob.Key, 1, new byte[] { 1 }, Token);

        while (!await Store.Erasures.SweepAsync((await Store.Erasures.FindAsync(new ErasureKey(null, ann.Id, null), Token))!.Number, 100, Noon, Token)) { }
        Assert.Equal(1, (await Store.Erasures.FindAsync(new ErasureKey(null, ann.Id, null), Token))!.Counts.Snapshots);
        Assert.Equal(1, (await Log.LoadAsync(bob.Id, Token))!.SnapshotSeq);
    }

    [Fact]
    public async Task What_is_suppressed_is_read_from_a_revision_on_and_a_lifted_one_is_free()
    {
        var (ann, part, bob) = await PeopleAsync();
        await SweepAsync(Of(ann, (ann.Key, 3), (part.Key, 1)) with { Suppressed = [Hash(1)] });
        await SweepAsync(Of(bob, (bob.Key, 1)) with { Suppressed = [Hash(2), Hash(3)] });
        Assert.True(await Store.Erasures.LiftAsync(Hash(2), Token));
        Assert.False(await Store.Erasures.LiftAsync(Hash(2), Token));
        Assert.False(await Store.Erasures.LiftAsync(Hash(9), Token));

        var all = await Store.Erasures.ReadAsync(0, Token);
        Assert.Equal(3, all.Revision);
        Assert.Equal(new[] { ann.Id, part.Id, bob.Id }.ToHashSet(), [.. all.Erased]);
        Assert.Equal([(Hash(1), true), (Hash(2), false), (Hash(3), true)], all.Suppressions.Select(each => (each.Key, each.Value)).OrderBy(each => each.Key));
        var later = await Store.Erasures.ReadAsync(2, Token);
        Assert.Empty(later.Erased);
        Assert.Equal([KeyValuePair.Create(Hash(2), false)], later.Suppressions);
        Assert.Null(await Store.Erasures.FindAsync(new ErasureKey(null, null, Hash(2)), Token));
        Assert.Equal(3, (await Store.Documents.ChangesAsync(Token))[IErasures.Kind]);
    }

    [Fact]
    public async Task A_decided_erasure_outlives_the_process_and_is_completed_by_another()
    {
        var (ann, part, _) = await PeopleAsync();
        var erasure = Of(ann, (ann.Key, 3), (part.Key, 1));
        await EraseAsync(erasure);
        Assert.False(await Store.Erasures.SweepAsync(erasure.Receipt, 2, Noon, Token));
        await ReopenAsync();

        Assert.Equal([erasure.Receipt], await Store.Erasures.PendingAsync(10, Token));
        while (!await Store.Erasures.SweepAsync(erasure.Receipt, 2, Noon, Token)) { }
        var counts = (await Store.Erasures.FindAsync(new ErasureKey(erasure.Receipt, null, null), Token))!.Counts;
        Assert.Equal((3, 1), (counts.Events, counts.Changes));
    }

    private static Guid Hash(byte number) => new([.. Enumerable.Repeat(number, 16)]);

    private static Erasure Of(NewIdentity who, params (long Key, long Seq)[] components) =>
        new(Guid.CreateVersion7(), who.Id, [.. components.Select(each => new ErasedComponent(each.Key, each.Seq))], [], Noon);

    private Task<AppendResult> EraseAsync(Erasure erasure) => Log.AppendAsync(new Append { Entries = [], Erasure = erasure }, Token);

    private async Task SweepAsync(Erasure erasure)
    {
        Assert.IsType<Erased>(await EraseAsync(erasure));
        while (!await Store.Erasures.SweepAsync(erasure.Receipt, 100, Noon, Token)) { }
    }

    /// <summary>Ann, who absorbed another and is in a segment; and Bob.</summary>
    private async Task<(NewIdentity Ann, NewIdentity Part, NewIdentity Bob)> PeopleAsync()
    {
        await KeepAsync(segment);
        await KeepAsync(coming, of: segment);
        var (ann, part, bob) = (await CreateAsync(UserId("ann")), await CreateAsync(Email("ann@x.com")), await CreateAsync(UserId("bob")));
        var news = new MembershipNews(Noon, MembershipCause.Event);
        await CommitAsync(new Append
        {
            Entries = [Entry(ann.Key, 1), Entry(ann.Key, 2), new ChangeEntry(ann.Key, 3, Noon, new Judged())],
            Memberships = [new MembershipChange(segment, ann.Key, Noon) { News = news }, new MembershipChange(coming, ann.Key, Noon) { News = news }],
            Due = [new DueChange(ann.Key, Noon.AddDays(1))],
            MessageBlocks = [new MessageBlock(ann.Key, 0, new long[] { 1 }, new[] { 1 })],
        });
        await Log.SaveSnapshotAsync(ann.Key, 3, new byte[] { 1, 2 }, Token);
        await CommitAsync(new Append { Entries = [Entry(part.Key, 1)], Pointers = [new PointerChange(part.Key, ann.Id, IsPending: false)] });
        await CommitAsync(Entry(bob.Key, 1));
        return (ann, part, bob);
    }
}
