using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteIdentityIndexTests(SqliteFixture fixture) : IdentityIndexContract(fixture), IClassFixture<SqliteFixture>;
