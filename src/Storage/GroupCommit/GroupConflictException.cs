using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>Some append of the group ran into a unique key, so that the whole transaction was rolled back.</summary>
internal sealed class GroupConflictException(AppendResult result, Exception innerException) : Exception("A unique key is taken.", innerException)
{
    /// <summary>The result of the culprit, should it be alone in the group.</summary>
    public AppendResult Result { get; } = result;
}
