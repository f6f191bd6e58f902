using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteErasureTests(SqliteFixture fixture) : ErasureContract(fixture), IClassFixture<SqliteFixture>;
