using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteExpiryTests(SqliteFixture fixture) : ExpiryContract(fixture), IClassFixture<SqliteFixture>;
