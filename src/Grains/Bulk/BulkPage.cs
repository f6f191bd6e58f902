using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Bulk;

/// <summary>People read together, and those of whom something could not be read. To be disposed once none of it is used any more.</summary>
public sealed class BulkPage : IDisposable
{
    private readonly BulkWatch watch;

    internal BulkPage(IReadOnlyList<LoadedIdentity> people, IReadOnlyList<(IdentityId Id, Exception Reason)> failed, BulkWatch watch)
    {
        People = people;
        Failed = failed;
        this.watch = watch;
    }

    public IReadOnlyList<LoadedIdentity> People { get; }

    public IReadOnlyList<(IdentityId Id, Exception Reason)> Failed { get; }

    /// <summary>
    /// Those of whom something is going to be written, as they were judged when they were read. Their <see cref="LoadedIdentity.LastSeq"/> is there, unless
    /// they need no turn.
    /// </summary>
    public IReadOnlyList<JudgedIdentity> Changing { get; init; } = [];

    /// <summary>The revision by which nobody who was read was erased.</summary>
    public long Erasures { get; init; }

    /// <summary>The highest key of the page; null for an empty one.</summary>
    public long? LastKey { get; init; }

    public void Dispose() => watch.Dispose();
}
