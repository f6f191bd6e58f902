using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Silo.Nodes;
using Orleans.Placement;

namespace CdpPipeline.Silo.Shells;

/// <summary>Runs one alias on this node. Which identifier it is of, the first call says that asks for its owner.</summary>
[GrainType(TypeName)]
[PreferLocalPlacement]
internal sealed class AliasShell(CdpPipeline.Grains.GrainFactory factory, ActiveAliases active, TimeProvider clock) : Grain, IAliasShell
{
    public const string TypeName = "cdp-alias-by-key";

    /// <summary>What nodes of an older build have, under the identifier itself.</summary>
    public const string FormerTypeName = "cdp-alias";

    private AliasGrain? grain;

    /// <summary>When it was last needed, on the node's monotonic clock.</summary>
    public long UsedAt { get; private set; }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        UsedAt = clock.GetTimestamp();
        active.Enter(this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        active.Leave(this);
        return Task.CompletedTask;
    }

    /// <summary>Has it leave memory once the turn under way has ended. May be called outside the turn.</summary>
    public void LetGo() => GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "More aliases are in memory than may be."));

    public ValueTask<IdentityId?> ResolveAsync(Identifier identifier, IdentityId? proposal, CancellationToken cancellationToken)
    {
        UsedAt = clock.GetTimestamp();
        grain ??= factory.Alias(identifier);
        return grain.ResolveAsync(proposal, cancellationToken);
    }

    public ValueTask ForgetAsync(CancellationToken cancellationToken) => grain?.ForgetAsync(cancellationToken) ?? ValueTask.CompletedTask;
}
