using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresErasureTests(PostgresFixture fixture) : ErasureContract(fixture), IClassFixture<PostgresFixture>;
