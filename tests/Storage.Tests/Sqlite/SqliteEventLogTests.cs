using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteEventLogTests(SqliteFixture fixture) : EventLogContract(fixture), IClassFixture<SqliteFixture>;
