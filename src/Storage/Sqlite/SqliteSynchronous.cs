namespace CdpPipeline.Storage.Sqlite;

/// <summary>SQLite's <c>synchronous</c> setting.</summary>
public enum SqliteSynchronous
{
    /// <summary>Every commit is flushed to the disk.</summary>
    Full = 0,

    /// <summary>Only checkpoints are flushed.</summary>
    Normal = 1,
}
