using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteTimelineTests(SqliteFixture fixture) : TimelineContract(fixture), IClassFixture<SqliteFixture>;
