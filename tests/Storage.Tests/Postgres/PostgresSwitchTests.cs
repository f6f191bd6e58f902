using System.Globalization;
using CdpPipeline.Storage.Tests.Contracts;
using Npgsql;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresSwitchTests(PostgresFixture fixture) : SwitchContract(fixture), IClassFixture<PostgresFixture>
{
    protected override async Task<long> RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(Token) ?? 0L, CultureInfo.InvariantCulture);
    }
}
