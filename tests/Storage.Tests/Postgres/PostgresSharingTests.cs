using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Tests.Contracts;
using CdpPipeline.Testing;
using Npgsql;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresSharingTests(PostgresFixture fixture) : SharingContract(fixture), IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_transaction_of_a_frozen_process_holds_up_neither_its_fencing_nor_the_catalog_after_it()
    {
        var frozen = await Fixture.OpenAsync(Stream, Token);
        var person = await CreateAsync();
        await frozen.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token);

        // As a group commit stands when its process stops in the middle of it.
        var text = new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { ApplicationName = $"cdp-pipeline {frozen.Fencing.Node}", Pooling = false };
        await using var session = new NpgsqlConnection(text.ConnectionString);
        await session.OpenAsync(Token);
        await using var transaction = await session.BeginTransactionAsync(Token);
        await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock_shared(x'43445032'::bigint)", session, transaction);
        await hold.ExecuteNonQueryAsync(Token);
        var save = Store.Catalog.WriteAsync(new CatalogWrite(0) { Conditions = "{}"u8.ToArray() }, Token);
        await using var blocked = new NpgsqlCommand("select count(*) from pg_locks where locktype = 'advisory' and not granted", new NpgsqlConnection(fixture.ConnectionString));
        await blocked.Connection!.OpenAsync(Token);
        while ((long)(await blocked.ExecuteScalarAsync(Token))! == 0) await Task.Yield();
        Assert.False(save.IsCompleted);

        Assert.True(await Store.Fencing.FenceAsync(frozen.Fencing.Node, Token));

        Assert.True(await save);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync(Token));
        await blocked.Connection.DisposeAsync();
        await frozen.DisposeAsync();
    }

    [Fact]
    public async Task A_frozen_commit_that_wakes_up_after_the_fence_leaves_nothing_behind()
    {
        await using var proxy = new HoldingProxy(fixture.ConnectionString);
        var options = fixture.Options;
        options.ConnectionString = proxy.ConnectionString;
        options.Writers = 1;
        await using var frozen = await PostgresFixture.OpenAsync(options, Stream, Token);
        var person = await CreateAsync();
        await frozen.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token);

        var isHeld = proxy.HoldAtCommitAsync();
        var late = frozen.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 2)] }, Token);
        await isHeld;
        Assert.True(await Store.Fencing.FenceAsync(frozen.Fencing.Node, Token));
        await CommitAsync(Entry(person.Key, 2, Track("Taken over", Noon)));
        proxy.LetGo();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => late);
        Assert.Equal("Taken over", Assert.IsType<EventEntry>((await EntriesAsync(person.Key))[^1]).Event.Name);
        while (!frozen.Fencing.Fenced.IsCancellationRequested)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => frozen.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 3)] }, Token));
        Assert.Equal(2, (await EntriesAsync(person.Key)).Count);
    }
}
