using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteSharingTests(SqliteFixture fixture) : SharingContract(fixture), IClassFixture<SqliteFixture>;
