using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Silo.Shells;

/// <summary>One identity, wherever in the cluster it is active. Key: the identity's id.</summary>
[Alias("cdp.identity")]
internal interface IIdentityShell : IGrainWithGuidKey, IIdentityGrain
{
    /// <summary>
    /// Brings the identity up to the clock and to the definitions of this version of the catalog or a newer one; where it is active on the node that has the
    /// loaded person of this ticket, by that.
    /// </summary>
    Task AdoptAsync(string node, long ticket, long catalogVersion, CancellationToken cancellationToken);
}
