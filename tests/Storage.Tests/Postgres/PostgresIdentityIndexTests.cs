using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Postgres;

public sealed class PostgresIdentityIndexTests(PostgresFixture fixture) : IdentityIndexContract(fixture), IClassFixture<PostgresFixture>;
