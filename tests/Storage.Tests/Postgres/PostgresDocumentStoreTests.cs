using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresDocumentStoreTests(PostgresFixture fixture) : DocumentStoreContract(fixture), IClassFixture<PostgresFixture>;
