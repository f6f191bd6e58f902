using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Merging;

/// <summary>
/// What the merge rules need to know of an identity. <see cref="CreatedAt"/> never changes and a userId, once there,
/// stays, so facts that are a little old still never lead two identities into each other.
/// </summary>
public sealed record IdentityFacts(IdentityId Id, string? UserId, DateTimeOffset CreatedAt, IReadOnlyList<IdentityId> Components, IReadOnlyList<IdentityId> KeptApart)
{
    public bool HasUserId => UserId is not null;
}
