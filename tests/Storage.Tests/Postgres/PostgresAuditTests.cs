using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresAuditTests(PostgresFixture fixture) : AuditContract(fixture), IClassFixture<PostgresFixture>;
