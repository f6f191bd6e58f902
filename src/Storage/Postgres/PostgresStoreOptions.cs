using CdpPipeline.Storage.GroupCommit;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>How the store in a PostgreSQL database behaves.</summary>
public sealed class PostgresStoreOptions
{
    private const string Section = "Cdp:Postgres";

    /// <summary>
    /// Npgsql's connection string. A connection pooler between must keep sessions (statements are prepared). Default: empty, which is refused.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>Connections that write groups of appends. Default: 2.</summary>
    public int Writers { get; set; } = 2;

    /// <summary>Connections at most, the writers' included. Default: 32.</summary>
    public int ConnectionsMax { get; set; } = 32;

    /// <summary>How long one statement may run before the server gives it up. Default: 30 s.</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Under what name the process writes: one that no process had before, itself at its last start included, of up to 48 visible ASCII characters.
    /// Default: one made up.
    /// </summary>
    public string Node { get; set; } = NodeName.New();

    /// <summary>The queue in front of the writers.</summary>
    public GroupCommitOptions GroupCommit { get; set; } = new();

    internal void Validate()
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
            StorageOptionsException.Unless(!string.IsNullOrEmpty(builder.Host), "Cdp:ConnectionString", "(without a host)", "set Host=…;Database=…;Username=…");
        }
        catch (ArgumentException exception)
        {
            // The text may hold a password, so it is not repeated.
            throw new StorageOptionsException($"Cdp:ConnectionString can't be read ({exception.Message}); set Host=…;Database=…;Username=….", exception);
        }

        StorageOptionsException.Unless(Writers is > 0 and <= 16, $"{Section}:{nameof(Writers)}", Writers, "set it between 1 and 16");
        StorageOptionsException.Unless(ConnectionsMax >= Writers + 2 && ConnectionsMax <= 1_000, $"{Section}:{nameof(ConnectionsMax)}", ConnectionsMax, "set at least two more than writers, and 1,000 at most");
        StorageOptionsException.Unless(StatementTimeout >= TimeSpan.FromSeconds(1) && StatementTimeout <= TimeSpan.FromHours(1), $"{Section}:{nameof(StatementTimeout)}", StatementTimeout, "set it between a second and an hour");
        NodeName.Validate(Node, $"{Section}:{nameof(Node)}");
        GroupCommit.Validate($"{Section}:{nameof(GroupCommit)}");
    }
}
