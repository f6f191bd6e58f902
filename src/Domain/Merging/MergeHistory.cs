using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Merging;

/// <summary>What was ever joined into an identity, and what was kept from it, oldest first.</summary>
public sealed record MergeHistory(IdentityId Id, IReadOnlyList<MergeRecord> Merges, IReadOnlyList<ConflictRecord> Conflicts);

/// <summary>One merge: who went into whom, when and why; and when it was undone, if it was.</summary>
public sealed record MergeRecord(IdentityId Merged, IdentityId Into, long MergedKey, DateTimeOffset At, MergeCause Cause, DateTimeOffset? UndoneAt);

/// <summary>An identifier that an event of this identity named although another identity owns it.</summary>
public sealed record ConflictRecord(Identifier Identifier, IdentityId Owner, DateTimeOffset At, string? MessageId);
