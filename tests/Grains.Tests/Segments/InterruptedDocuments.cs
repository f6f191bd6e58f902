using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>A document store whose connection breaks at a write of choice: before it, or after it so that only the answer is lost.</summary>
internal sealed class InterruptedDocuments(IDocumentStore documents) : IDocumentStore
{
    private int writes;

    /// <summary>Counts the writes from now on; this one breaks.</summary>
    public int BreakingWrite { get; private set; } = -1;

    public bool IsAnswerLost { get; private set; }

    public void BreakAt(int write, bool isAnswerLost) => (writes, BreakingWrite, IsAnswerLost) = (0, write, isAnswerLost);

    public Task<Document?> GetAsync(string kind, string id, CancellationToken cancellationToken) => documents.GetAsync(kind, id, cancellationToken);

    public Task<IReadOnlyList<Document>> ListAsync(string kind, CancellationToken cancellationToken) => documents.ListAsync(kind, cancellationToken);

    public async Task<bool> PutAsync(string kind, string id, ReadOnlyMemory<byte> json, long expectedVersion, CancellationToken cancellationToken)
    {
        var isBreaking = writes++ == BreakingWrite;
        var isWritten = (!isBreaking || IsAnswerLost) && await documents.PutAsync(kind, id, json, expectedVersion, cancellationToken);
        return isBreaking ? throw new StoreUnavailableException("The connection broke.") : isWritten;
    }

    public async Task DeleteAsync(string kind, string id, CancellationToken cancellationToken)
    {
        var isBreaking = writes++ == BreakingWrite;
        if (!isBreaking || IsAnswerLost) await documents.DeleteAsync(kind, id, cancellationToken);
        if (isBreaking) throw new StoreUnavailableException("The connection broke.");
    }
}
