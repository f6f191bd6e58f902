using CdpPipeline.Storage.GroupCommit;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>How the store in one SQLite file behaves.</summary>
public sealed class SqliteStoreOptions
{
    private const string Section = "Cdp:Sqlite";

    /// <summary>The database file; its folder is created. Beside it lie its <c>-wal</c> and <c>-shm</c> files. Default: <c>data/cdp.db</c>.</summary>
    public string Path { get; set; } = "data/cdp.db";

    /// <summary>
    /// When a commit counts as durable. With <see cref="SqliteSynchronous.Normal"/> a crash of the process loses nothing, but a power cut or a
    /// crash of the machine can lose the last commits, acknowledged events among them. Default: Full.
    /// </summary>
    public SqliteSynchronous Synchronous { get; set; } = SqliteSynchronous.Full;

    /// <summary>Connections that read at the same time. Default: 4.</summary>
    public int ReadersMax { get; set; } = 4;

    /// <summary>Memory for the writer's page cache; each reader takes a quarter of it. Default: 128 MiB.</summary>
    public int CacheBytes { get; set; } = 128 << 20;

    /// <summary>The write-ahead log is folded into the database when it grows past this. Default: 128 MiB.</summary>
    public int CheckpointBytes { get; set; } = 128 << 20;

    /// <summary>How long to wait for another process that is writing to the same file. Default: 10 s.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Under what name the process writes: one that no process had before, itself at its last start included, of up to 48 visible ASCII characters.
    /// Default: one made up.
    /// </summary>
    public string Node { get; set; } = NodeName.New();

    /// <summary>The queue in front of the writer.</summary>
    public GroupCommitOptions GroupCommit { get; set; } = new();

    internal void Validate()
    {
        StorageOptionsException.Unless(!string.IsNullOrWhiteSpace(Path), $"{Section}:{nameof(Path)}", Path, "name a file");
        StorageOptionsException.Unless(Enum.IsDefined(Synchronous), $"{Section}:{nameof(Synchronous)}", Synchronous, "use Full or Normal");
        StorageOptionsException.Unless(ReadersMax is > 0 and <= 256, $"{Section}:{nameof(ReadersMax)}", ReadersMax, "set it between 1 and 256");
        StorageOptionsException.Unless(CacheBytes >= 1 << 20, $"{Section}:{nameof(CacheBytes)}", CacheBytes, "set at least 1 MiB");
        StorageOptionsException.Unless(CheckpointBytes >= 1 << 20, $"{Section}:{nameof(CheckpointBytes)}", CheckpointBytes, "set at least 1 MiB");
        StorageOptionsException.Unless(BusyTimeout >= TimeSpan.Zero && BusyTimeout <= TimeSpan.FromMinutes(10), $"{Section}:{nameof(BusyTimeout)}", BusyTimeout, "set it between zero and ten minutes");
        NodeName.Validate(Node, $"{Section}:{nameof(Node)}");
        GroupCommit.Validate($"{Section}:{nameof(GroupCommit)}");
    }
}
