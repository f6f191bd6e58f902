using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>The catalog in a SQLite file: documents, their count of changes, and membership sets.</summary>
internal sealed class SqliteCatalogTables(SqliteReaders readers, SqliteWriter writer) : ICatalogTables
{
    private const string PutSql =
        "insert into document (kind, id, json, version) values (?1, ?2, ?3, 1) on conflict (kind, id) do update set json = excluded.json, version = document.version + 1";

    public async Task<StoredCatalog> ReadAsync(CancellationToken cancellationToken) => await readers.ReadAsync(
        open => new StoredCatalog(
            RevisionOf(open),
            VersionOf(open),
            SqliteDocumentStore.List(open, StoredCatalog.Kind).Find(document => document.Id == "conditions")?.Json ?? default,
            SqliteDocumentStore.List(open, StoredCatalog.SegmentKind),
            SqliteDocumentStore.List(open, StoredCatalog.TraitKind),
            SqliteMembershipSets.List(open)),
        cancellationToken);

    public Task<bool> WriteAsync(CatalogWrite write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            if (SqliteFencing.IsFenced(open, writer.Fence.Node)) throw writer.Fence.Close();
            if (RevisionOf(open) != write.Revision) return false;
            SqliteDocumentStore.Noted(open, StoredCatalog.Kind);
            if (write.Conditions is { } conditions) Put(open, new CatalogDocument(StoredCatalog.Kind, "conditions", conditions));
            foreach (var document in write.Documents) Put(open, document);
            SqliteMembershipSets.Save(open, write.Sets, write.Retired);
            SqliteMembershipSets.Show(open, write.Shown, write.At);
            return true;
        });
    }

    public Task<bool> PrepareAsync(long version, int rowsMax, DateTimeOffset at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            foreach (var pair in SqliteSetSwitch.Pairs(open, Guid.Empty, version))
            {
                if (!pair.IsBegun) SqliteSetSwitch.Begin(open, pair, at);
                if (SqliteSetSwitch.Step(open, pair, rowsMax, at)) return true;
            }

            return false;
        });
    }

    public Task<int> SweepAsync(int rowsMax, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open => SqliteMembershipSets.Sweep(open, rowsMax));
    }

    /// <summary>The version in force; 0 for none.</summary>
    public static long VersionOf(SqliteConnection open) =>
        One(open, "select version from document where kind = 'catalog' and id = 'conditions'");

    private static long RevisionOf(SqliteConnection open) => One(open, "select changes from document_kind where kind = 'catalog'");

    private static long One(SqliteConnection open, string sql)
    {
        var read = open.Prepare(sql);
        if (!read.Step()) return 0;
        var number = read.Long(0);
        read.Reset();
        return number;
    }

    private static void Put(SqliteConnection open, CatalogDocument document)
    {
        var write = open.Prepare(document.Json is null ? "delete from document where kind = ?1 and id = ?2" : PutSql);
        write.Bind(0, document.Kind);
        write.Bind(1, document.Id);
        if (document.Json is { } json) write.BindText(2, json.Span);
        write.Execute();
    }
}
