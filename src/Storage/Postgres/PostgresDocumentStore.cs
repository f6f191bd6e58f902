using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Documents in PostgreSQL.</summary>
internal sealed class PostgresDocumentStore(PostgresDatabase database) : IDocumentStore
{
    private const string InsertSql = "insert into document (kind, id, json, version) values ($1, $2, $3, $4 + 1) on conflict do nothing";

    private const string UpdateSql = "update document set json = $3, version = version + 1 where kind = $1 and id = $2 and version = $4";

    public async Task<Document?> GetAsync(string kind, string id, CancellationToken cancellationToken)
    {
        var found = await database.RunAsync(
            connection => connection.QueryAsync("select id, json, version from document where kind = $1 and id = $2", [In(kind), In(id)], Read, cancellationToken),
            cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<IReadOnlyList<Document>> ListAsync(string kind, CancellationToken cancellationToken) => await database.RunAsync(
        connection => connection.QueryAsync("select id, json, version from document where kind = $1 order by id", [In(kind)], Read, cancellationToken),
        cancellationToken);

    public Task<bool> PutAsync(string kind, string id, ReadOnlyMemory<byte> json, long expectedVersion, CancellationToken cancellationToken) => database.RunAsync(
        async connection => await connection.ExecuteAsync(
            expectedVersion == 0 ? InsertSql : UpdateSql,
            [In(kind), In(id), In(json.ToArray(), NpgsqlDbType.Text), In(expectedVersion)],
            cancellationToken) == 1,
        cancellationToken);

    public Task DeleteAsync(string kind, string id, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync("delete from document where kind = $1 and id = $2", [In(kind), In(id)], cancellationToken),
        cancellationToken);

    private static Document Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2));
}
