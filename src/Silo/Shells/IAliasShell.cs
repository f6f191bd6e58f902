using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Silo.Shells;

/// <summary>One identifier, wherever in the cluster it is active. Key: <see cref="AliasKey"/>. Promises what <see cref="IAliasGrain"/> does.</summary>
[Alias("cdp.alias-by-key")]
internal interface IAliasShell : IGrainWithGuidKey
{
    /// <summary>The owner of the identifier, which the key does not tell.</summary>
    ValueTask<IdentityId?> ResolveAsync(Identifier identifier, IdentityId? proposal, CancellationToken cancellationToken);

    ValueTask ForgetAsync(CancellationToken cancellationToken);
}
