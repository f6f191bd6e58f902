namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>Small named JSON documents (segment definitions, sources, keys, …) with optimistic concurrency.</summary>
public interface IDocumentStore
{
    Task<Document?> GetAsync(string kind, string id, CancellationToken cancellationToken);

    /// <summary>All documents of a kind, by id.</summary>
    Task<IReadOnlyList<Document>> ListAsync(string kind, CancellationToken cancellationToken);

    /// <summary>Writes the document if its stored version is <paramref name="expectedVersion"/> (0: it must not exist). False: somebody else was first.</summary>
    Task<bool> PutAsync(string kind, string id, ReadOnlyMemory<byte> json, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>Removes the document; removing what is not there is fine.</summary>
    Task DeleteAsync(string kind, string id, CancellationToken cancellationToken);

    /// <summary>
    /// How often documents of each kind were changed, by whatever process; a kind that never was is left out. Cheap: whoever keeps documents in memory
    /// asks now and then whether to read them again.
    /// </summary>
    Task<IReadOnlyDictionary<string, long>> ChangesAsync(CancellationToken cancellationToken);
}

/// <summary>A document and its version, counted from 1.</summary>
public sealed record Document(string Id, ReadOnlyMemory<byte> Json, long Version);
