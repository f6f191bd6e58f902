using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>What those who look at many people may ask of the identities that are in this node's memory, without waiting for their turns.</summary>
public interface INodeIdentities
{
    /// <summary>The person as of her last commit; null when she is not in memory here, which says nothing else about her.</summary>
    Person? Peek(IdentityId id);

    /// <summary>
    /// Brings an identity up to the clock and to the current definitions in her own turn, with what a bulk reader found on this node: while she is not
    /// in memory and has written nothing since, she is judged by that and stays out of memory; in memory, she takes over the windows of conditions new
    /// to her, and need not read her log for them.
    /// </summary>
    Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken);
}
