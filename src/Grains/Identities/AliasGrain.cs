using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <inheritdoc cref="IAliasGrain"/>
public sealed class AliasGrain(Identifier identifier, IIdentityIndex index) : IAliasGrain
{
    private IdentityId? owner;

    public async ValueTask<IdentityId?> ResolveAsync(IdentityId? proposal, CancellationToken cancellationToken)
    {
        if (owner is { } known) return known;
        return owner = await index.FindOwnerAsync(identifier, cancellationToken) ?? proposal;
    }

    public ValueTask ForgetAsync(CancellationToken cancellationToken)
    {
        owner = null;
        return ValueTask.CompletedTask;
    }
}
