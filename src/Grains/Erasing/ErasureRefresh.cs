using System.Collections.Concurrent;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Grains.Erasing;

/// <summary>
/// Brings the node's list of erasures up to what is stored, and has what the node remembers of erased people forgotten. Those who ask at the same time
/// share one reading, of what is new only.
/// </summary>
public sealed class ErasureRefresh(
    IErasures store, ErasureView view, SuppressionKey key, AliasCache cache, IGrains grains, INodeIdentities node) : IDocumentFollower, IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentQueue<IdentityId> unforgotten = new();

    public IReadOnlyList<string> Kinds { get; } = [IErasures.Kind];

    /// <summary>Told of each identity that turns out to be erased, on whatever thread.</summary>
    public event Action<IdentityId>? Gone;

    /// <summary>Returns once everything up to this revision is known here.</summary>
    public Task ToRevisionAsync(long revision, CancellationToken cancellationToken) =>
        view.Revision >= revision ? Task.CompletedTask : ReadAsync(revision, cancellationToken);

    /// <summary>Reads what is new, and lets memory go of who is gone. Not to be called within the turn of an identity.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(revision: null, cancellationToken);
        var gone = new HashSet<IdentityId>();
        while (unforgotten.TryDequeue(out var id)) gone.Add(id);
        if (gone.Count == 0) return;
        cache.Forget(gone);
        foreach (var id in gone)
        {
            if (node.Peek(id) is not null) await grains.Identity(id).RefreshAsync(cancellationToken);
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task ReadAsync(long? revision, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (view.Revision >= revision) return;
            var news = await store.ReadAsync(view.Revision, cancellationToken);
            view.Set(news, news.Suppressions.Count > 0 ? await key.HashAsync(cancellationToken) : null);
            if (view.Revision < revision) throw new StoreUnavailableException("The store knows of fewer erasures than were in force; is this an older copy of the store?");
            foreach (var id in news.Erased)
            {
                unforgotten.Enqueue(id);
                Gone?.Invoke(id);
            }
        }
        finally
        {
            turn.Release();
        }
    }
}
