using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresMembershipTests(PostgresFixture fixture) : MembershipContract(fixture), IClassFixture<PostgresFixture>;
