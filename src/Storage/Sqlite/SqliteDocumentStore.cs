using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Documents in a SQLite file.</summary>
internal sealed class SqliteDocumentStore(SqliteReaders readers, SqliteWriter writer) : IDocumentStore
{
    public async Task<Document?> GetAsync(string kind, string id, CancellationToken cancellationToken) =>
        await readers.ReadAsync(
            open =>
            {
                var read = open.Prepare("select id, json, version from document where kind = ? and id = ?");
                read.Bind(0, kind);
                read.Bind(1, id);
                if (!read.Step()) return null;
                var document = Of(read);
                read.Reset();
                return document;
            },
            cancellationToken);

    public async Task<IReadOnlyList<Document>> ListAsync(string kind, CancellationToken cancellationToken) =>
        await readers.ReadAsync(open => List(open, kind), cancellationToken);

    public Task<bool> PutAsync(string kind, string id, ReadOnlyMemory<byte> json, long expectedVersion, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            var write = open.Prepare(expectedVersion == 0
                ? "insert into document (kind, id, json, version) values (?1, ?2, ?3, ?4 + 1) on conflict do nothing"
                : "update document set json = ?3, version = version + 1 where kind = ?1 and id = ?2 and version = ?4");
            write.Bind(0, kind);
            write.Bind(1, id);
            write.BindText(2, json.Span);
            write.Bind(3, expectedVersion);
            return write.Execute() == 1 && Noted(open, kind);
        });
    }

    public Task DeleteAsync(string kind, string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            var delete = open.Prepare("delete from document where kind = ? and id = ?");
            delete.Bind(0, kind);
            delete.Bind(1, id);
            return delete.Execute() > 0 && Noted(open, kind);
        });
    }

    public async Task<IReadOnlyDictionary<string, long>> ChangesAsync(CancellationToken cancellationToken) => await readers.ReadAsync<IReadOnlyDictionary<string, long>>(
        open =>
        {
            var read = open.Prepare("select kind, changes from document_kind");
            var changes = new Dictionary<string, long>();
            while (read.Step()) changes.Add(read.Text(0), read.Long(1));
            return changes;
        },
        cancellationToken);

    /// <summary>The documents of a kind, by id.</summary>
    public static List<Document> List(SqliteConnection open, string kind)
    {
        var read = open.Prepare("select id, json, version from document where kind = ? order by id");
        read.Bind(0, kind);
        var documents = new List<Document>();
        while (read.Step()) documents.Add(Of(read));
        return documents;
    }

    /// <summary>Counts a change of a kind; true.</summary>
    public static bool Noted(SqliteConnection open, string kind)
    {
        var note = open.Prepare("insert into document_kind (kind, changes) values (?, 1) on conflict (kind) do update set changes = changes + 1");
        note.Bind(0, kind);
        note.Execute();
        return true;
    }

    public static Document Of(SqliteStatement read) => new(read.Text(0), read.Bytes(1), read.Long(2));
}
