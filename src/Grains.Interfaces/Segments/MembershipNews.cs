namespace CdpPipeline.Grains.Interfaces.Segments;

/// <summary>What is told of a membership that begins or ends: when it was noticed, and why it happened.</summary>
public readonly record struct MembershipNews(DateTimeOffset At, MembershipCause Cause);

/// <summary>Why somebody entered a segment or left it.</summary>
public enum MembershipCause : byte
{
    /// <summary>By events.</summary>
    Event = 1,

    /// <summary>By time alone.</summary>
    Time = 2,

    /// <summary>By becoming one with somebody else.</summary>
    Merge = 3,

    /// <summary>By the undo of a merge.</summary>
    Undo = 4,

    /// <summary>By a definition that is new or was changed.</summary>
    Definition = 5,

    /// <summary>By being erased.</summary>
    Erasure = 6,

    /// <summary>By events that were removed because of their age.</summary>
    Retention = 7,
}
