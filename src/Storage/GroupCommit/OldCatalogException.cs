namespace CdpPipeline.Storage.GroupCommit;

/// <summary>Some append of the group was decided by an older catalog than is in force. Nothing of the group is stored.</summary>
internal sealed class OldCatalogException(long version) : Exception("The catalog has changed.")
{
    /// <summary>The one in force.</summary>
    public long Version { get; } = version;
}
