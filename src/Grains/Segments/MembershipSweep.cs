using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Removes what nobody can ask for any more, a bounded number of rows at a time: members of sets that are no longer shown, and transitions that are
/// too old or too many. What a stop interrupts goes on after the next start.
/// </summary>
public sealed partial class MembershipSweep(
    ICatalogTables catalog, IMembershipTransitions transitions, INodeShare share, TransitionOptions options, TimeProvider clock, ILogger<MembershipSweep> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private const int RowsMax = 5_000;

    private readonly SemaphoreSlim woken = new(0, 1);
    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Interrupted, clock)).Start();

    /// <summary>There is something to remove.</summary>
    public void Wake()
    {
        try
        {
            woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has not looked since it was woken last.
        }
    }

    /// <summary>Removes all there is to remove now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await catalog.SweepAsync(RowsMax, cancellationToken) >= RowsMax) cancellationToken.ThrowIfCancellationRequested();
        var oldest = clock.GetUtcNow() - options.KeptFor;
        while (await transitions.PruneAsync(oldest, options.PerSegmentMax, RowsMax, cancellationToken) >= RowsMax) cancellationToken.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        // One node is enough; two would only wait for each other.
        if (share.Current.Number == 0) await SweepAsync(cancellationToken);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(woken.WaitAsync(waiting.Token), Task.Delay(Period, clock, waiting.Token));
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old memberships could not be removed; trying again.")]
    private partial void Interrupted(Exception exception);
}
