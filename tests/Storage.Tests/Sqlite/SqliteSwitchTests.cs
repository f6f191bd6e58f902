using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteSwitchTests(SqliteFixture fixture) : SwitchContract(fixture), IClassFixture<SqliteFixture>;
