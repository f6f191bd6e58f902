using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresEventLogTests(PostgresFixture fixture) : EventLogContract(fixture), IClassFixture<PostgresFixture>;
