using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>Reads the membership rows of a set.</summary>
public interface IMembershipIndex
{
    /// <summary>The number of rows, and for each writer the newest commit that the number includes: one consistent view.</summary>
    Task<MembershipCount> CountAsync(SegmentId set, CancellationToken cancellationToken);

    /// <summary>Members in ascending key order after <paramref name="afterKey"/>.</summary>
    Task<IReadOnlyList<StoredMember>> ListAsync(SegmentId set, long afterKey, int limit, CancellationToken cancellationToken);
}

/// <summary>A count with the commits it includes, by writer.</summary>
public sealed record MembershipCount(long Count, IReadOnlyDictionary<int, long> Commits);

/// <summary>One member of a segment.</summary>
public sealed record StoredMember(long Key, IdentityId Id, DateTimeOffset Since);
