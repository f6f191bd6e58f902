using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>Whether this process's node was fenced, as far as it knows. Once it is, nothing of its store can be used any more.</summary>
internal sealed class NodeFence : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly Action<string> told;
    private bool isClosed;

    public NodeFence(string node, Action<string> told)
    {
        this.told = told;
        Node = node;
        Token = source.Token;
    }

    public string Node { get; }

    /// <summary>Cancelled once it is.</summary>
    public CancellationToken Token { get; }

    public void ThrowIfFenced()
    {
        if (Token.IsCancellationRequested) throw Unavailable();
    }

    /// <summary>The store says that the node is fenced. What to throw then.</summary>
    public StoreUnavailableException Close()
    {
        lock (source)
        {
            if (isClosed) return Unavailable();
            isClosed = true;

            // Whoever listens must not run within a transaction, nor hold it up.
            _ = source.CancelAsync();
        }

        told(Node);
        return Unavailable();
    }

    public void Dispose()
    {
        lock (source) isClosed = true;
        source.Dispose();
    }

    private StoreUnavailableException Unavailable() => new($"Node {Node} was fenced off: another one took over its work. It can only be started again.");
}
