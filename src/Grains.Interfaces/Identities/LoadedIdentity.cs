using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>
/// An identity as a bulk reader found her in the store: as much of her as the catalog's conditions look at, with windows that know them all.
/// Good enough to judge her by, and for nothing else.
/// </summary>
/// <param name="Person">She with all her components. What no condition asks for is missing.</param>
/// <param name="Memberships">As stored.</param>
/// <param name="Due">As stored.</param>
/// <param name="Catalog">The catalog that the reading was for.</param>
/// <param name="IsStale">Whether the identity has written anything on this node since the reading began. Asked in the identity's own turn.</param>
public sealed record LoadedIdentity(Person Person, MembershipState Memberships, DateTimeOffset? Due, SegmentCatalog Catalog, Func<bool> IsStale)
{
    /// <summary>
    /// The last place taken in her own log, on the same view of the store; null where it was not asked for. Without it nothing can be written for her
    /// by what was read.
    /// </summary>
    public long? LastSeq { get; init; }
}
