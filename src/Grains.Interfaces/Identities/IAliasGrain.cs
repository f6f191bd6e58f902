using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>
/// Says which component owns one identifier. What it says may be stale, and that does no harm: the store's primary key
/// decides when an identity claims the identifier.
/// </summary>
public interface IAliasGrain
{
    /// <summary>
    /// The owner; when nobody owns the identifier and <paramref name="proposal"/> is given, the first proposal is remembered, so that
    /// all who race for a new person meet at one identity. Null: unowned.
    /// </summary>
    ValueTask<IdentityId?> ResolveAsync(IdentityId? proposal, CancellationToken cancellationToken);

    /// <summary>Forgets what it knows and asks the store next time.</summary>
    ValueTask ForgetAsync(CancellationToken cancellationToken);
}
