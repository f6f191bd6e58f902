using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresBulkReaderTests(PostgresFixture fixture) : BulkReaderContract(fixture), IClassFixture<PostgresFixture>;
