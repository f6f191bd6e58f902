using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresExpiryTests(PostgresFixture fixture) : ExpiryContract(fixture), IClassFixture<PostgresFixture>;
