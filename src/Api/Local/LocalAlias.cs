using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Api.Local;

/// <summary>Reaches one alias through its mailbox.</summary>
internal sealed class LocalAlias(GrainDirectory<Identifier, AliasGrain> aliases, Identifier identifier) : IAliasGrain
{
    public ValueTask<IdentityId?> ResolveAsync(IdentityId? proposal, CancellationToken cancellationToken) =>
        aliases.CallAsync(identifier, static (grain, proposal, token) => grain.ResolveAsync(proposal, token), proposal, cancellationToken);

    public async ValueTask ForgetAsync(CancellationToken cancellationToken) => await aliases.CallAsync(
        identifier,
        static async (grain, _, token) =>
        {
            await grain.ForgetAsync(token);
            return 0;
        },
        0,
        cancellationToken);
}
