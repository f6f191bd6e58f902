using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Merging;

/// <summary>Who asked for a merge.</summary>
public enum MergeReason : byte
{
    /// <summary>An event carried identifiers of both.</summary>
    SharedEvent = 1,

    /// <summary>An alias call.</summary>
    Alias = 2,

    /// <summary>The merge endpoint.</summary>
    Request = 3,
}

/// <summary>Why two identities were joined: the reason, and for an event its identifiers and messageId.</summary>
public sealed record MergeCause(MergeReason Reason, IReadOnlyList<Identifier> Identifiers, string? MessageId)
{
    /// <summary>Explicit merges may join two identities that both have a userId, and two that were once kept apart.</summary>
    public bool IsExplicit => Reason != MergeReason.SharedEvent;
}
