using CdpPipeline.Storage.Tests.Contracts;
using SQLitePCL;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteSwitchTests(SqliteFixture fixture) : SwitchContract(fixture), IClassFixture<SqliteFixture>
{
    protected override Task<long> RunAsync(string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(fixture.Path, out var other));
        using (other)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(other, sql, out var statement));
            using (statement)
            {
                var step = raw.sqlite3_step(statement);
                Assert.Contains(step, new[] { raw.SQLITE_ROW, raw.SQLITE_DONE });
                return Task.FromResult(step == raw.SQLITE_ROW ? raw.sqlite3_column_int64(statement, 0) : 0L);
            }
        }
    }
}
