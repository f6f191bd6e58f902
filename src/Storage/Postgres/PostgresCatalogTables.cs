using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>The catalog in PostgreSQL: documents, their count of changes, and membership sets.</summary>
internal sealed class PostgresCatalogTables(PostgresDatabase database) : ICatalogTables
{
    private const string RevisionSql = "select changes from document_kind where kind = 'catalog'";

    private const string CountSql =
        "insert into document_kind (kind, changes) values ('catalog', 1) on conflict (kind) do update set changes = document_kind.changes + 1";

    private const string ConditionsSql = "select id, json, version from document where kind = 'catalog' and id = 'conditions'";

    private const string NewVersionSql =
        """
        insert into document (kind, id, json, version) values ('catalog', 'conditions', $1, 1)
        on conflict (kind, id) do update set json = excluded.json, version = document.version + 1
        """;

    private const string PutSql =
        "insert into document (kind, id, json, version) values ($1, $2, $3, 1) on conflict (kind, id) do update set json = excluded.json, version = document.version + 1";

    public Task<StoredCatalog> ReadAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            var revision = await RevisionAsync(connection, cancellationToken);
            var conditions = (await connection.QueryAsync(ConditionsSql, [], PostgresDocumentStore.Read, cancellationToken)).SingleOrDefault();
            return new StoredCatalog(
                revision,
                conditions?.Version ?? 0,
                conditions?.Json ?? default,
                await PostgresDocumentStore.ListAsync(connection, StoredCatalog.SegmentKind, cancellationToken),
                await PostgresDocumentStore.ListAsync(connection, StoredCatalog.TraitKind, cancellationToken),
                await PostgresMembershipSets.ListAsync(connection, cancellationToken));
        },
        cancellationToken);

    public Task<bool> PrepareAsync(long version, int rowsMax, DateTimeOffset at, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var begins = (await PostgresSetSwitch.PairsAsync(connection, [], version, cancellationToken)).Exists(pair => !pair.IsBegun);
            await (begins ? PostgresAdmission.AloneAsync(connection, cancellationToken) : PostgresAdmission.SharedAsync(connection, cancellationToken));
            var pairs = await PostgresSetSwitch.PairsAsync(connection, [], version, cancellationToken);
            var hasMore = begins || pairs.Exists(pair => !pair.IsBegun);
            if (begins) foreach (var pair in pairs.Where(pair => !pair.IsBegun)) await PostgresSetSwitch.BeginAsync(connection, pair, cancellationToken);
            for (var i = 0; i < pairs.Count && !hasMore; i++) hasMore = await PostgresSetSwitch.StepAsync(connection, pairs[i], rowsMax, at, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return hasMore;
        },
        cancellationToken);

    // However many members there are, a switch of sets is not given up halfway.
    public Task<bool> WriteAsync(CatalogWrite write, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync("set local statement_timeout = 0", [], cancellationToken);
            await PostgresAdmission.AloneAsync(connection, cancellationToken);
            if (await PostgresFencing.IsFencedAsync(connection, database.Fence.Node, cancellationToken)) throw database.Fence.Close();
            if (await RevisionAsync(connection, cancellationToken) != write.Revision) return false;
            await WriteAsync(connection, write, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<int> SweepAsync(int rowsMax, CancellationToken cancellationToken) =>
        database.RunAsync(connection => PostgresMembershipSets.SweepAsync(connection, rowsMax, cancellationToken), cancellationToken);

    private static async Task<long> RevisionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(RevisionSql, [], row => row.GetInt64(0), cancellationToken)).SingleOrDefault();

    private static async Task WriteAsync(NpgsqlConnection connection, CatalogWrite write, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(CountSql, [], cancellationToken);
        if (write.Conditions is { } conditions) await connection.ExecuteAsync(NewVersionSql, [Text(conditions)], cancellationToken);
        foreach (var document in write.Documents)
        {
            if (document.Json is { } json) await connection.ExecuteAsync(PutSql, [In(document.Kind), In(document.Id), Text(json)], cancellationToken);
            else await connection.ExecuteAsync("delete from document where kind = $1 and id = $2", [In(document.Kind), In(document.Id)], cancellationToken);
        }

        await PostgresMembershipSets.SaveAsync(connection, write.Sets, write.Retired, cancellationToken);
        await PostgresMembershipSets.ShowAsync(connection, write.Shown, write.At, cancellationToken);
    }

    private static NpgsqlParameter<byte[]> Text(ReadOnlyMemory<byte> json) => In(json.ToArray(), NpgsqlDbType.Text);
}
