using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Identities;

/// <summary>What an identity grain knows, exactly as the store has it. Replaced as a whole after each durable append.</summary>
/// <param name="Person">Null: there is no such identity yet.</param>
/// <param name="Memberships">Her memberships and pending flips.</param>
/// <param name="Due">The due time as stored.</param>
internal sealed record IdentityMemory(Person? Person, MembershipState Memberships, DateTimeOffset? Due)
{
    public static readonly IdentityMemory Nobody = new(null, MembershipState.None, null);
}
