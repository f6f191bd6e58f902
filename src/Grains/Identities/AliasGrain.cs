using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <inheritdoc cref="IAliasGrain"/>
public sealed class AliasGrain(Identifier identifier, IIdentityIndex index) : IAliasGrain
{
    private IdentityId? owner;
    private IdentityId? proposed;

    public async ValueTask<IdentityId?> ResolveAsync(IdentityId? proposal, CancellationToken cancellationToken)
    {
        if (owner is { } known) return known;
        if (proposal is not null && proposed is { } first) return first;

        // A proposal may come to nothing, so only whoever makes one is told of it: to all others an owner is who the store says.
        owner = await index.FindOwnerAsync(identifier, cancellationToken);
        return owner ?? (proposal is null ? null : proposed = proposal);
    }

    public ValueTask ForgetAsync(CancellationToken cancellationToken)
    {
        owner = null;
        proposed = null;
        return ValueTask.CompletedTask;
    }
}
