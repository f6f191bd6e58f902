using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Sqlite;
using CdpPipeline.Storage.Tests.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;

namespace CdpPipeline.Storage.Tests.Sqlite;

/// <summary>The file can't be written for a while.</summary>
public sealed class SqliteFaultTests(SqliteFixture fixture) : StoreContract(fixture), IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task While_another_holds_the_file_appends_say_so_and_afterwards_they_go_on()
    {
        var options = fixture.Options;
        options.BusyTimeout = TimeSpan.FromMilliseconds(50);
        options.GroupCommit.OutageWaitMax = TimeSpan.FromMilliseconds(300);
        await using var store = await SqliteStore.OpenAsync(options, Stream, TimeProvider.System, NullLoggerFactory.Instance, Token);
        var person = await CreateAsync();
        raw.sqlite3_open(fixture.Path, out var other);
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(other, "begin immediate"));

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token));
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.PutAsync("k", "a", "1"u8.ToArray(), 0, Token));
        Assert.NotNull(await store.Events.LoadAsync(person.Id, Token));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(other, "rollback"));
        other.Dispose();

        Assert.IsType<Committed>(await store.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        var options = fixture.Options;
        options.Path += ".txt";
        await File.WriteAllTextAsync(options.Path, new string('x', 10_000), Token);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => SqliteStore.OpenAsync(options, Stream, TimeProvider.System, NullLoggerFactory.Instance, Token));
    }
}
