using System.Globalization;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>What a store does at its opening about the version of its tables.</summary>
public abstract class SchemaContract(IStoreFixture fixture) : StoreContract(fixture)
{
    /// <summary>The version that the program knows.</summary>
    protected abstract int Version { get; }

    [Fact]
    public async Task A_store_that_a_newer_program_migrated_is_refused_with_both_versions_and_who_has_it_open_goes_on()
    {
        var person = await CreateAsync();
        await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"insert into schema_version values ({Version + 3})"));

        var refused = await Assert.ThrowsAsync<NewerStoreException>(() => Fixture.OpenAsync(Stream, Token));

        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"The store has schema version {Version + 3} and this program knows versions up to {Version}; start the program that migrated it or a newer one, or restore a backup from before that."),
            refused.Message);
        Assert.IsType<Committed>(await Log.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token));
    }

    [Fact]
    public async Task A_migrated_store_is_opened_again_as_it_is()
    {
        var person = await CreateAsync();
        await CommitAsync(Entry(person.Key, 1));

        await using var again = await Fixture.OpenAsync(Stream, Token);

        Assert.NotNull(await again.Events.LoadAsync(person.Id, Token));
    }

    [Fact]
    public async Task A_store_from_before_switches_were_prepared_keeps_its_rows_and_tells_the_switch_that_was_to_come()
    {
        var (segment, coming) = (new SegmentId(Guid.CreateVersion7()), new SegmentId(Guid.CreateVersion7()));
        var (leaves, stays) = (new IdentityId(Guid.CreateVersion7()), new IdentityId(Guid.CreateVersion7()));
        await EmptyAsync(async () =>
        {
            await MigrateAsync(6);
            await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
                insert into identity (key, id, created_at) values (1, {Literal(leaves.Value)}, 1), (2, {Literal(stays.Value)}, 2);
                insert into membership_set (id, segment, state, is_whole, saved_in, definition) select {Literal(segment.Value)}, {Literal(segment.Value)}, 1, 1 = 1, 1, 'a';
                insert into membership_set (id, segment, state, is_whole, saved_in, definition) select {Literal(coming.Value)}, {Literal(segment.Value)}, 0, 1 = 0, 2, 'b';
                insert into membership (segment, identity, since)
                values ({Literal(segment.Value)}, 1, {Noon.ToMicros()}), ({Literal(segment.Value)}, 2, {Noon.ToMicros()}), ({Literal(coming.Value)}, 2, {Noon.ToMicros()});
                """));
        });
        while (await Store.Catalog.PrepareAsync(2, 1, Noon.AddHours(1), Token)) Assert.Empty(await Store.Transitions.ReadAsync([], 10, Token));

        await ChangeCatalogAsync(write => write with { Shown = [coming], At = Noon.AddHours(2) });

        var told = Assert.Single(await Store.Transitions.ReadAsync([], 10, Token));
        Assert.Equal((segment, leaves, false, Noon), (told.Segment, told.Identity, told.IsEntry, told.Since));
        Assert.Equal([stays], (await Store.Memberships.ListAsync(coming, 0, 10, Token)).Select(member => member.Id));
    }

    /// <summary>Makes the tables of a version in an empty database.</summary>
    protected abstract Task MigrateAsync(int version);

    /// <summary>Runs a statement on the store's database, past the store.</summary>
    protected abstract Task ExecuteAsync(string sql);

    /// <summary>How an id is written in a statement.</summary>
    protected abstract string Literal(Guid id);
}
