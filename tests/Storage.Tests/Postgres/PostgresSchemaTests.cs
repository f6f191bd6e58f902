using CdpPipeline.Storage.Postgres;
using CdpPipeline.Storage.Tests.Contracts;
using CdpPipeline.Testing;
using Npgsql;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresSchemaTests(PostgresFixture fixture) : SchemaContract(fixture), IClassFixture<PostgresFixture>
{
    // The server gives a statement up after the options' second, and Npgsql would after five more.
    private const string WaitingLongSql =
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory' and clock_timestamp() - query_start > interval '6.5 seconds'
        """;

    protected override int Version => PostgresSchema.Version;

    [Fact]
    public async Task A_process_waits_for_the_migration_of_another_for_longer_than_any_other_statement_may_take()
    {
        await using var another = await ConnectAsync();
        await using var transaction = await another.BeginTransactionAsync(Token);
        await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(x'43445031'::bigint)", another, transaction);
        await hold.ExecuteNonQueryAsync(Token);
        var options = fixture.Options;
        options.StatementTimeout = TimeSpan.FromSeconds(1);

        var opening = PostgresFixture.OpenAsync(options, Stream, Token);
        await using var observer = await ConnectAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                if (opening.IsCompleted) await opening;
                await Task.Delay(50, Token);
                await using var waiting = new NpgsqlCommand(WaitingLongSql, observer);
                return (long)(await waiting.ExecuteScalarAsync(Token))! == 1;
            },
            "the second process waits for the first",
            Token);
        await transaction.CommitAsync(Token);

        await using var store = await opening;
        Assert.Empty(await store.Documents.ChangesAsync(Token));
    }

    protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    protected override async Task MigrateAsync(int version)
    {
        await using var connection = await ConnectAsync();
        await PostgresSchema.MigrateAsync(connection, version, Token);
    }

    protected override string Literal(Guid id) => $"'{id}'";

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        return connection;
    }
}
