using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresTransitionTests(PostgresFixture fixture) : TransitionContract(fixture), IClassFixture<PostgresFixture>;
