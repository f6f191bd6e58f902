using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Documents in PostgreSQL.</summary>
internal sealed class PostgresDocumentStore(PostgresDatabase database) : IDocumentStore
{
    private const string NoteSql =
        """
        insert into document_kind (kind, changes) select distinct $1, 1 from done
        on conflict (kind) do update set changes = document_kind.changes + 1
        """;

    private const string InsertSql =
        $"""
        with done as (
            insert into document (kind, id, json, version) values ($1, $2, $3, $4 + 1) on conflict do nothing returning 1)
        {NoteSql}
        """;

    private const string UpdateSql =
        $"""
        with done as (
            update document set json = $3, version = version + 1 where kind = $1 and id = $2 and version = $4 returning 1)
        {NoteSql}
        """;

    private const string DeleteSql = $"with done as (delete from document where kind = $1 and id = $2 returning 1) {NoteSql}";

    public async Task<Document?> GetAsync(string kind, string id, CancellationToken cancellationToken)
    {
        var found = await database.RunAsync(
            connection => connection.QueryAsync("select id, json, version from document where kind = $1 and id = $2", [In(kind), In(id)], Read, cancellationToken),
            cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<IReadOnlyList<Document>> ListAsync(string kind, CancellationToken cancellationToken) =>
        await database.RunAsync(connection => ListAsync(connection, kind, cancellationToken), cancellationToken);

    public static Task<List<Document>> ListAsync(NpgsqlConnection connection, string kind, CancellationToken cancellationToken) =>
        connection.QueryAsync("select id, json, version from document where kind = $1 order by id", [In(kind)], Read, cancellationToken);

    public Task<bool> PutAsync(string kind, string id, ReadOnlyMemory<byte> json, long expectedVersion, CancellationToken cancellationToken) => database.RunAsync(
        async connection => await connection.ExecuteAsync(
            expectedVersion == 0 ? InsertSql : UpdateSql,
            [In(kind), In(id), In(json.ToArray(), NpgsqlDbType.Text), In(expectedVersion)],
            cancellationToken) == 1,
        cancellationToken);

    public Task DeleteAsync(string kind, string id, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(DeleteSql, [In(kind), In(id)], cancellationToken),
        cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> ChangesAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyDictionary<string, long>>(
        async connection => (await connection.QueryAsync(
            "select kind, changes from document_kind", [], row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), cancellationToken)).ToDictionary(),
        cancellationToken);

    public static Document Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2));
}
