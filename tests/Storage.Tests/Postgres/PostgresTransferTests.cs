using CdpPipeline.Storage.Tests.Contracts;
using Npgsql;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresTransferTests(PostgresFixture fixture) : TransferContract(fixture), IClassFixture<PostgresFixture>
{
    protected override async Task<IReadOnlyList<(string Table, string Column)>> ColumnsAsync()
    {
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand("select table_name, column_name from information_schema.columns where table_schema = 'public'", connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var columns = new List<(string, string)>();
        while (await reader.ReadAsync(Token)) columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }
}
