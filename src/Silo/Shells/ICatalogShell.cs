using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Silo.Shells;

/// <summary>The catalog, wherever in the cluster it is active. Key: 0.</summary>
[Alias("cdp.catalog")]
internal interface ICatalogShell : IGrainWithIntegerKey, ICatalogGrain;
