namespace CdpPipeline.Storage.GroupCommit;

/// <summary>Bounds of the queue in front of a store's writers.</summary>
public sealed class GroupCommitOptions
{
    /// <summary>Appends that may wait; beyond that callers wait to get in. Default: 20,000.</summary>
    public int AppendsWaitingMax { get; set; } = 20_000;

    /// <summary>Rows written in one transaction; a single larger append still goes as one. Default: 20,000.</summary>
    public int RowsPerGroupMax { get; set; } = 20_000;

    /// <summary>Snapshots that may wait to be saved; beyond that callers wait to get in. Default: 10,000.</summary>
    public int SnapshotsWaitingMax { get; set; } = 10_000;

    /// <summary>How long an append waits while the store is away before its caller is told so. Default: 10 s.</summary>
    public TimeSpan OutageWaitMax { get; set; } = TimeSpan.FromSeconds(10);

    internal void Validate(string section)
    {
        StorageOptionsException.Unless(AppendsWaitingMax is > 0 and <= 1_000_000, $"{section}:{nameof(AppendsWaitingMax)}", AppendsWaitingMax, "set it between 1 and 1,000,000");
        StorageOptionsException.Unless(RowsPerGroupMax is > 0 and <= 1_000_000, $"{section}:{nameof(RowsPerGroupMax)}", RowsPerGroupMax, "set it between 1 and 1,000,000");
        StorageOptionsException.Unless(SnapshotsWaitingMax is > 0 and <= 1_000_000, $"{section}:{nameof(SnapshotsWaitingMax)}", SnapshotsWaitingMax, "set it between 1 and 1,000,000");
        StorageOptionsException.Unless(OutageWaitMax > TimeSpan.Zero && OutageWaitMax <= TimeSpan.FromHours(1), $"{section}:{nameof(OutageWaitMax)}", OutageWaitMax, "set it above zero and to an hour at most");
    }
}
