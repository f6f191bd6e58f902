using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteBulkReaderTests(SqliteFixture fixture) : BulkReaderContract(fixture), IClassFixture<SqliteFixture>;
