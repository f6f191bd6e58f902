using CdpPipeline.Storage.Tests.Contracts;

namespace CdpPipeline.Storage.Tests.Sqlite;

public sealed class SqliteDocumentStoreTests(SqliteFixture fixture) : DocumentStoreContract(fixture), IClassFixture<SqliteFixture>;
