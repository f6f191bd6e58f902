using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>What becomes of an identity in a joint turn once it is durable: her rows that change, and what she remembers.</summary>
/// <param name="Entries">Her place in her own log; empty when nothing is written for her.</param>
/// <param name="Changes">Her memberships that change.</param>
/// <param name="DueChange">Null when her due time stays.</param>
/// <param name="Memory">Null for somebody who is not in memory and stays out of it.</param>
internal sealed record Adoption(IReadOnlyList<LogEntry> Entries, IReadOnlyList<MembershipChange> Changes, DueChange? DueChange, IdentityMemory? Memory);
