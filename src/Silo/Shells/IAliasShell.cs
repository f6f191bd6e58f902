using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Silo.Shells;

/// <summary>One identifier, wherever in the cluster it is active. Key: the identifier as the API spells it, normalised.</summary>
[Alias("cdp.alias")]
internal interface IAliasShell : IGrainWithStringKey, IAliasGrain;
