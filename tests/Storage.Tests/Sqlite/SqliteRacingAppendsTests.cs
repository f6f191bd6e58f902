using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteRacingAppendsTests(SqliteFixture fixture) : RacingAppendsContract(fixture), IClassFixture<SqliteFixture>;
