using CdpPipeline.Storage.Sqlite;
using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteTransferTests(SqliteFixture fixture) : TransferContract(fixture), IClassFixture<SqliteFixture>
{
    protected override Task<IReadOnlyList<(string Table, string Column)>> ColumnsAsync()
    {
        using var connection = SqliteConnection.Open(fixture.Options, writer: false);
        return Task.FromResult<IReadOnlyList<(string Table, string Column)>>(connection.Read(open =>
        {
            var read = open.Prepare("select m.name, c.name from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table'");
            var columns = new List<(string, string)>();
            while (read.Step()) columns.Add((read.Text(0), read.Text(1)));
            return columns;
        }));
    }
}
