using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresSwitchTests(PostgresFixture fixture) : SwitchContract(fixture), IClassFixture<PostgresFixture>;
