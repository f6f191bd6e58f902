using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>How an append ended. Anything but <see cref="Committed"/> left no trace in the store.</summary>
public abstract record AppendResult
{
    private protected AppendResult()
    {
    }
}

/// <summary>Durable, and announced on the membership stream where memberships changed.</summary>
public sealed record Committed : AppendResult;

/// <summary>Somebody else owns these identifiers.</summary>
public sealed record IdentifiersTaken(IReadOnlyList<Identifier> Identifiers) : AppendResult;

/// <summary>
/// What it wants was decided by an older catalog than is in force, whose version is <paramref name="Version"/>: bring the node's catalog up to date and
/// decide again. Memory is as good as before.
/// </summary>
public sealed record OldCatalog(long Version) : AppendResult;

/// <summary>
/// Somebody was erased, or a suppression lifted, since it was decided; the revision in force is <paramref name="Revision"/>. Bring the node's list up to date and
/// decide again.
/// </summary>
public sealed record OldErasures(long Revision) : AppendResult;

/// <summary>The person is erased, by this revision: durable, and announced on the membership stream.</summary>
public sealed record Erased(long Revision) : AppendResult;

/// <summary>An entry's place in the log, or the identity itself, is already there: another activation wrote. Forget memory and load again.</summary>
public sealed record Fenced : AppendResult;
