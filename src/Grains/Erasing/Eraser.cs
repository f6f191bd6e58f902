using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Merging;

namespace CdpPipeline.Grains.Erasing;

/// <summary>
/// Erases people: first the decision, in the person's own turn and one transaction, then, in bounded steps, what is stored of her. Whoever stops in
/// between is followed by <see cref="ErasureRecovery"/>.
/// </summary>
public sealed class Eraser(
    IGrains grains, IErasures store, ErasureRefresh refresh, IdentityResolver resolver, IIdentityIndex index, Joiner joiner, GrainMetrics metrics, TimeProvider clock)
{
    private const int AttemptsMax = 16;
    private const int RowsMax = 5_000;
    private const int PendingMax = 500;

    /// <summary>Erases whoever speaks for the identity; the completed receipt, or null when there is nobody.</summary>
    public async Task<ErasureReceipt?> EraseAsync(IdentityId id, bool suppresses, CancellationToken cancellationToken)
    {
        var request = new EraseRequest(Guid.CreateVersion7(clock.GetUtcNow()), suppresses);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await resolver.DescribeAsync(id, cancellationToken) is not { } facts) return null;
            var answer = await grains.Identity(facts.Id).EraseAsync(request, cancellationToken);
            if (answer.Verdict == EraseVerdict.Done)
            {
                metrics.PersonsErased.Add(1);

                // Not to be cancelled: it is done, and what is remembered of her is wrong.
                await ForgetAsync(answer);
                return await CompleteAsync(request.Receipt, CancellationToken.None);
            }

            // Somebody is being merged into her, or she wrote on another node.
            foreach (var merge in await index.PendingMergesAsync(PendingMax, cancellationToken)) await joiner.CompleteAsync(merge.Loser, merge.Survivor);
        }

        throw new OverloadedException("The person keeps changing; try again.");
    }

    /// <summary>Removes what is left of an erased person.</summary>
    public async Task<ErasureReceipt?> CompleteAsync(Guid receipt, CancellationToken cancellationToken)
    {
        while (!await store.SweepAsync(receipt, RowsMax, clock.GetUtcNow().Whole(), cancellationToken)) cancellationToken.ThrowIfCancellationRequested();
        return await store.FindAsync(new ErasureKey(receipt, null, null), cancellationToken);
    }

    private async Task ForgetAsync(EraseAnswer answer)
    {
        await refresh.ToRevisionAsync(answer.Revision, CancellationToken.None);
        foreach (var identifier in answer.Identifiers) await resolver.ForgetAsync(identifier, CancellationToken.None);
        foreach (var component in answer.Components) await grains.Identity(component).RefreshAsync(CancellationToken.None);
        await refresh.FollowAsync(CancellationToken.None);
    }
}
