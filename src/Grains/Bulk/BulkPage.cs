using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Bulk;

/// <summary>People read together, and those of whom something could not be read. To be disposed once none of it is used any more.</summary>
internal sealed class BulkPage(IReadOnlyList<LoadedIdentity> people, IReadOnlyList<(IdentityId Id, Exception Reason)> failed, BulkWatch watch) : IDisposable
{
    public IReadOnlyList<LoadedIdentity> People => people;

    public IReadOnlyList<(IdentityId Id, Exception Reason)> Failed => failed;

    /// <summary>The highest key of the page; null for an empty one.</summary>
    public long? LastKey { get; init; }

    public void Dispose() => watch.Dispose();
}
