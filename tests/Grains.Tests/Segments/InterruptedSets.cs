using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>Membership sets whose connection breaks at a write of choice: before it, or after it so that only the answer is lost.</summary>
internal sealed class InterruptedSets(IMembershipSets sets) : IMembershipSets
{
    private int writes;
    private int breakingWrite = -1;
    private bool isAnswerLost;

    public void BreakAt(int write, bool losesAnswer) => (writes, breakingWrite, isAnswerLost) = (0, write, losesAnswer);

    public Task<IReadOnlyList<MembershipSet>> ListAsync(CancellationToken cancellationToken) => sets.ListAsync(cancellationToken);

    public Task SaveAsync(IReadOnlyList<MembershipSet> saved, IReadOnlyList<SegmentId> retired, CancellationToken cancellationToken) =>
        WriteAsync(() => sets.SaveAsync(saved, retired, cancellationToken));

    public Task ShowAsync(IReadOnlyList<SegmentId> shown, DateTimeOffset at, CancellationToken cancellationToken) =>
        WriteAsync(() => sets.ShowAsync(shown, at, cancellationToken));

    public Task<int> SweepAsync(int rowsMax, CancellationToken cancellationToken) => sets.SweepAsync(rowsMax, cancellationToken);

    private async Task WriteAsync(Func<Task> write)
    {
        var isBreaking = writes++ == breakingWrite;
        if (!isBreaking || isAnswerLost) await write();
        if (isBreaking) throw new StoreUnavailableException("The connection broke.");
    }
}
