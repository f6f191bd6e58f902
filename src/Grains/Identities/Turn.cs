using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>What one turn has decided: the person after it, the entries that make her so, and what segments say of her at that time.</summary>
internal sealed record Turn(Person Person, IReadOnlyList<LogEntry> Entries, EvaluationResult Judged, DateTimeOffset At)
{
    public IReadOnlyList<PointerChange> Pointers { get; init; } = [];

    /// <summary>What takes the place of events that the person is without after it.</summary>
    public IReadOnlyList<ChangeEntry> Expired { get; init; } = [];

    /// <summary>Changes of somebody who becomes an identity of her own by this turn.</summary>
    public IReadOnlyList<MembershipChange> OtherMemberships { get; init; } = [];

    public IReadOnlyList<DueChange> OtherDue { get; init; } = [];

    /// <summary>The version of the catalog that judged; null where none had a say.</summary>
    public long? Catalog { get; init; }

    /// <summary>The revision of erasures by which it names nobody who is suppressed; null: it names nobody.</summary>
    public long? Erasures { get; init; }

    /// <summary>The person is only as much of her as a bulk reader brings, so nothing else may come of her.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Why memberships change by this turn; null: by its events, or by time where it has none.</summary>
    public MembershipCause? Cause { get; init; }

    /// <summary>
    /// Otherwise a due time is only ever moved earlier: waking too soon costs one look, while moving it with every event would cost a
    /// write each.
    /// </summary>
    public bool IsDueExact { get; init; }
}
