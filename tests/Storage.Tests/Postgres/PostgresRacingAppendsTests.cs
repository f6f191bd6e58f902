using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresRacingAppendsTests(PostgresFixture fixture) : RacingAppendsContract(fixture), IClassFixture<PostgresFixture>;
