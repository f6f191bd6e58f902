namespace CdpPipeline.Grains.Segments;

/// <summary>Nothing was written: another process has changed the catalog since it was read. Whoever reads it again can decide anew.</summary>
internal sealed class CatalogOvertakenException() : Exception("The catalog was changed by somebody else.");
