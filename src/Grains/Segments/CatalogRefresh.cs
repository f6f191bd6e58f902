using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Grains.Segments;

/// <summary>Brings the node's catalog up to what is stored, where another node changed it. Those who ask at the same time share one reading.</summary>
public sealed class CatalogRefresh(CatalogStore store, CatalogView view) : IDocumentFollower, IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    public IReadOnlyList<string> Kinds { get; } = [StoredCatalog.Kind];

    /// <summary>Returns once people are judged here by a catalog of this version or a newer one.</summary>
    public Task ToVersionAsync(long version, CancellationToken cancellationToken) =>
        view.Current.Version >= version ? Task.CompletedTask : RefreshAsync(version, cancellationToken);

    /// <summary>
    /// The catalog that is in force here, once it has all segments that an unsaved definition refers to and the one beside it, which may have been saved
    /// at another node only now.
    /// </summary>
    public async ValueTask<SegmentCatalog> KnowingAsync(SegmentNode definition, SegmentId? beside, CancellationToken cancellationToken)
    {
        var current = view.Current;
        if (beside is not { } segment || current.Defines(segment))
        {
            if (SegmentReferences.Of(definition).All(current.Defines)) return current;
        }

        await FollowAsync(cancellationToken);
        return view.Current;
    }

    public Task FollowAsync(CancellationToken cancellationToken) => RefreshAsync(version: null, cancellationToken);

    public void Dispose() => turn.Dispose();

    private async Task RefreshAsync(long? version, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (view.Current.Version >= version) return;
            view.Set(await store.ReadAsync(cancellationToken));
            if (view.Current.Version < version) throw new StoreUnavailableException("The stored catalog is older than the one that was in force; is this an older copy of the store?");
        }
        finally
        {
            turn.Release();
        }
    }
}
