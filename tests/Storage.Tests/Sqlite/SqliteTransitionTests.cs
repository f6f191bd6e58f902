using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteTransitionTests(SqliteFixture fixture) : TransitionContract(fixture), IClassFixture<SqliteFixture>;
