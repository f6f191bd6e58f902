using System.Globalization;
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

    /// <summary>Runs a statement on the open store's database, past the store.</summary>
    protected abstract Task ExecuteAsync(string sql);
}
