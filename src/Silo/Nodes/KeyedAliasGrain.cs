using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Silo.Shells;

namespace CdpPipeline.Silo.Nodes;

/// <summary>Reaches one alias, and tells it with each call which identifier it is of.</summary>
internal sealed class KeyedAliasGrain(IAliasShell shell, Identifier identifier) : IAliasGrain
{
    public ValueTask<IdentityId?> ResolveAsync(IdentityId? proposal, CancellationToken cancellationToken) => shell.ResolveAsync(identifier, proposal, cancellationToken);

    public ValueTask ForgetAsync(CancellationToken cancellationToken) => shell.ForgetAsync(cancellationToken);
}
