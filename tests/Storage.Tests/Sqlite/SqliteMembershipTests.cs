using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteMembershipTests(SqliteFixture fixture) : MembershipContract(fixture), IClassFixture<SqliteFixture>;
