namespace CdpPipeline.Storage.GroupCommit;

/// <summary>Some append of the group was decided before somebody was erased. Nothing of the group is stored.</summary>
internal sealed class OldErasuresException(long revision) : Exception("Somebody was erased meanwhile.")
{
    /// <summary>The one in force.</summary>
    public long Revision { get; } = revision;
}
