using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Wakes identities whose conditions flip with time alone, from the durable due-time index: earliest first, at their instants, those who are not
/// in memory many at a time. The index is looked at a little ahead and at least every <see cref="Period"/>, so what came due while the process
/// was down is caught up at the start. Somebody whose turn fails is tried again with growing pauses and holds up nobody.
/// </summary>
public sealed partial class DueClock(DueTurns turns, INodeShare share, IIdentityIndex index, BulkOptions options, TimeProvider clock, ILogger<DueClock> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Whoever is due this soon is kept in mind, so that the store is not asked again for each.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromSeconds(1);

    private const int LookMax = 20_000;

    // So many who are overdue come before anybody who is due since.
    private const int EnoughPlanned = LookMax / 2;

    // Those who are due within so short a time wake together.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(20);

    private readonly PriorityQueue<DueIdentity, DateTimeOffset> planned = new();
    private readonly HashSet<long> known = [];
    private readonly Dictionary<long, DateTimeOffset> woken = [];
    private readonly HashSet<IdentityId> doubted = [];
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool mustLook = true;
    private bool isMore;
    private long lookedAt;
    private BackgroundLoop? loop;
    private DueBatch? waking;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Missed, clock)).Start();

    /// <summary>Done once nobody is overdue of those who were when it was started, or after so long.</summary>
    public Task CatchUpAsync(TimeSpan max, CancellationToken cancellationToken) =>
        Task.WhenAny(caughtUp.Task, Task.Delay(max, clock, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        if (loop is not null) await loop.DisposeAsync();
        await AbandonAsync();
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (mustLook || (planned.Count < EnoughPlanned && clock.GetElapsedTime(lookedAt) >= Period)) await LookAsync(cancellationToken);
            if (TakeDue() is { Count: > 0 } due)
            {
                // They are read while those before them are being written.
                var next = await turns.ReadAsync(due, due.Select(identity => identity.Id).Where(doubted.Remove).ToHashSet(), cancellationToken);
                await FinishAsync();
                waking = next with { Woken = turns.WakeAsync(next, cancellationToken) };
            }
            else if (isMore && planned.Count == 0)
            {
                mustLook = true;
            }
            else
            {
                await FinishAsync();
                await WaitAsync(cancellationToken);
            }
        }
        catch
        {
            await AbandonAsync();

            // How far it got the store knows best.
            planned.Clear();
            known.Clear();
            mustLook = true;
            throw;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        lookedAt = clock.GetTimestamp();
        var soon = await index.DueAsync(share.Current, clock.GetUtcNow() + Ahead, LookMax, cancellationToken);
        foreach (var identity in soon)
        {
            if (known.Contains(identity.Key) || turns.IsResting(identity.Id)) continue;

            // Woken for this very instant and due nevertheless: it will not help to hurry. What she remembers may not be what is stored.
            if (woken.TryGetValue(identity.Key, out var at) && at == identity.At)
            {
                doubted.Add(identity.Id);
                turns.PutOff(identity.Id);
                continue;
            }

            known.Add(identity.Key);
            planned.Enqueue(identity, identity.At);
        }

        woken.Clear();
        mustLook = false;
        isMore = soon.Count == LookMax;
    }

    private List<DueIdentity> TakeDue()
    {
        var now = clock.GetUtcNow();
        var due = new List<DueIdentity>();
        while (due.Count < options.PageSize && planned.TryPeek(out var next, out var at) && at <= now)
        {
            planned.Dequeue();
            due.Add(next);
        }

        return due;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        caughtUp.TrySetResult();
        var pause = planned.TryPeek(out _, out var next) ? next - clock.GetUtcNow() : Period;
        if (pause < ShortestWait) pause = ShortestWait;
        mustLook = pause >= Period;
        await Task.Delay(pause < Period ? pause : Period, clock, cancellationToken);
    }

    private async Task FinishAsync()
    {
        if (waking is not { } batch) return;
        await batch.Woken;
        foreach (var identity in batch.Due)
        {
            known.Remove(identity.Key);
            woken[identity.Key] = identity.At;
        }

        batch.Page?.Dispose();
        waking = null;
    }

    // Whatever becomes of those who are being woken, the store knows it.
    private async Task AbandonAsync()
    {
        if (waking is not { } batch) return;
        await batch.Woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        batch.Page?.Dispose();
        waking = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due identities could not be woken; trying again.")]
    private partial void Missed(Exception exception);
}
