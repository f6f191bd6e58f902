using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Rows;

/// <summary>One row of the erasure table, the same in both stores. Times are microseconds since 1970.</summary>
internal readonly record struct ErasureRow(Guid Number, Guid Identity, long At, long? CompletedAt, bool Suppresses)
{
    /// <summary>Up to the id that is looked for.</summary>
    public const string SelectSql =
        """
        select id, identity, at, completed_at, suppresses, components, identifiers, events, changes, message_blocks, snapshots, memberships, transitions, due_times
        from erasure where id = 
        """;

    /// <summary>The receipt, with the counts of the columns after these.</summary>
    public ErasureReceipt With(Func<int, long> count) => new(
        Number,
        new IdentityId(Identity),
        Instants.FromMicros(At),
        CompletedAt is { } completed ? Instants.FromMicros(completed) : null,
        Suppresses,
        new ErasureCounts
        {
            Components = count(5),
            Identifiers = count(6),
            Events = count(7),
            Changes = count(8),
            MessageBlocks = count(9),
            Snapshots = count(10),
            Memberships = count(11),
            Transitions = count(12),
            DueTimes = count(13),
        });
}
