using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteAuditTests(SqliteFixture fixture) : AuditContract(fixture), IClassFixture<SqliteFixture>;
