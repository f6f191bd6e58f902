using CdpPipeline.Storage.Sqlite;
using CdpPipeline.Storage.Tests.Contracts;
using SQLitePCL;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteSchemaTests(SqliteFixture fixture) : SchemaContract(fixture), IClassFixture<SqliteFixture>
{
    protected override int Version => SqliteSchema.Version;

    protected override Task MigrateAsync(int version)
    {
        using var connection = SqliteConnection.Open(fixture.Options, writer: true);
        SqliteSchema.Migrate(connection, version);
        return Task.CompletedTask;
    }

    protected override string Literal(Guid id) => $"x'{id:N}'";

    protected override Task ExecuteAsync(string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(fixture.Path, out var other));
        using (other) Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(other, sql));
        return Task.CompletedTask;
    }
}
