using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresTimelineTests(PostgresFixture fixture) : TimelineContract(fixture), IClassFixture<PostgresFixture>;
