using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Silo.Nodes;
using Orleans.Placement;

namespace CdpPipeline.Silo.Shells;

/// <summary>Runs one alias on this node.</summary>
[GrainType("cdp-alias")]
[PreferLocalPlacement]
internal sealed class AliasShell(CdpPipeline.Grains.GrainFactory factory, NodeCounts counts) : Grain, IAliasShell
{
    private AliasGrain? grain;

    public static Identifier Parse(string key)
    {
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Identifier.KindOf(key[..colon]) is { } kind
            ? new Identifier(kind, key[(colon + 1)..])
            : throw new ArgumentException("No identifier is spelt like this key.", nameof(key));
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        grain = factory.Alias(Parse(this.GetPrimaryKeyString()));
        counts.AliasCame();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (grain is not null) counts.AliasWent();
        return Task.CompletedTask;
    }

    public ValueTask<IdentityId?> ResolveAsync(IdentityId? proposal, CancellationToken cancellationToken) => grain!.ResolveAsync(proposal, cancellationToken);

    public ValueTask ForgetAsync(CancellationToken cancellationToken) => grain!.ForgetAsync(cancellationToken);
}
