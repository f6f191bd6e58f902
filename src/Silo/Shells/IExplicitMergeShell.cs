using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Silo.Shells;

/// <summary>The one that runs explicit merges, wherever in the cluster it is active. Key: 0.</summary>
[Alias("cdp.explicit-merges")]
internal interface IExplicitMergeShell : IGrainWithIntegerKey, IExplicitMergeGrain;
