using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Tells faults of the server or the connection from refusals and bugs.</summary>
internal static class PostgresFaults
{
    public static bool IsUniqueViolation(this Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>The transaction lost against another one and may simply be tried again.</summary>
    public static bool IsRetryable(this Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>The store is away or gave up: nobody's statement is to blame.</summary>
    public static bool IsFault(this Exception exception) => exception switch
    {
        // Connection, resources (disk full, too many connections), operator (shutdown, timeout), system, configuration, internal; a standby.
        PostgresException postgres => postgres.SqlState[..2] is "08" or "53" or "57" or "58" or "F0" or "XX" or "28" or "3D"
            || postgres.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable
            || postgres.IsRetryable(),
        NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException or ObjectDisposedException => true,
        InvalidOperationException { Source: "Npgsql" } => true,
        _ => false,
    };

    public static StoreUnavailableException ToUnavailable(this Exception exception) => new("The PostgreSQL store can't be used.", exception);
}
