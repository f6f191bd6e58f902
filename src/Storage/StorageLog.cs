using Microsoft.Extensions.Logging;

namespace CdpPipeline.Storage;

/// <summary>What the stores log. Never a trait, a property or an identifier.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Committed {Appends} appends, {Rows} rows")]
    public static partial void GroupCommitted(this ILogger logger, int appends, int rows);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store failed while {Appends} appends were being written; their outcome is unknown to their callers")]
    public static partial void GroupFailed(this ILogger logger, int appends, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store can't be reached; trying again in {Delay}")]
    public static partial void StoreAway(this ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Appends} appends waited too long for the store and were given up")]
    public static partial void AppendsGivenUp(this ILogger logger, int appends);

    [LoggerMessage(Level = LogLevel.Error, Message = "An append was refused by the store for a reason that is none of the expected ones")]
    public static partial void AppendRejected(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Snapshots} snapshots could not be saved; the log is whole, loading will only take longer")]
    public static partial void SnapshotsLost(this ILogger logger, int snapshots, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL runs with {Setting}=off: acknowledged events can be lost in a crash")]
    public static partial void NotDurable(this ILogger logger, string setting);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Node {Node}, which this process is, was fenced off: nothing is written any more, and the process must be started again")]
    public static partial void WasFenced(this ILogger logger, string node);

    [LoggerMessage(Level = LogLevel.Information, Message = "Opened the {Kind} store at schema version {Version}")]
    public static partial void Opened(this ILogger logger, string kind, int version);
}
