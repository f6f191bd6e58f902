using CdpPipeline.Storage.Postgres;
using CdpPipeline.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Storage.Tests;

public sealed class StorageOptionsTests
{
    [Fact]
    public async Task A_bad_value_stops_the_start_with_its_key_value_and_remedy()
    {
        var failure = await Assert.ThrowsAsync<StorageOptionsException>(() => OpenAsync(new SqliteStoreOptions { ReadersMax = 0 }));

        Assert.Equal("Cdp:Sqlite:ReadersMax is '0'; set it between 1 and 256.", failure.Message);
    }

    [Fact]
    public async Task A_bad_value_of_the_queue_is_found_too()
    {
        var options = new SqliteStoreOptions();
        options.GroupCommit.RowsPerGroupMax = -1;

        Assert.StartsWith("Cdp:Sqlite:GroupCommit:RowsPerGroupMax is '-1'", (await Assert.ThrowsAsync<StorageOptionsException>(() => OpenAsync(options))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Database=x;Password=secret")]
    [InlineData("Hots=x;Password=secret")]
    public async Task A_connection_string_that_can_not_work_is_named_without_being_shown(string text)
    {
        var failure = await Assert.ThrowsAsync<StorageOptionsException>(() => PostgresStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = text }, new RecordedStream(), TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken));

        Assert.StartsWith("Cdp:ConnectionString", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    private static Task<SqliteStore> OpenAsync(SqliteStoreOptions options) =>
        SqliteStore.OpenAsync(options, new RecordedStream(), TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
}
