using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Wakes identities whose conditions flip with time alone, from the durable due-time index: earliest first, at their instants, those who are not
/// in memory many at a time. The index is looked at a little ahead and at least every <see cref="Period"/>, so what came due while the process
/// was down is caught up at the start. Somebody whose turn fails is tried again with growing pauses and holds up nobody.
/// </summary>
public sealed partial class DueClock(
    INodeIdentities node,
    INodeShare share,
    IIdentityIndex index,
    BulkLoader loader,
    BulkAdoption adoption,
    CatalogView view,
    BulkOptions options,
    GrainMetrics metrics,
    TimeProvider clock,
    ILogger<DueClock> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Whoever is due this soon is kept in mind, so that the store is not asked again for each.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromSeconds(1);

    private const int LookMax = 20_000;

    // So many who are overdue come before anybody who is due since.
    private const int EnoughPlanned = LookMax / 2;

    // Those who are due within so short a time wake together.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(20);

    private readonly Stragglers<IdentityId> stragglers = new(clock);
    private readonly PriorityQueue<DueIdentity, DateTimeOffset> planned = new();
    private readonly HashSet<long> known = [];
    private readonly Dictionary<long, DateTimeOffset> woken = [];
    private readonly HashSet<IdentityId> doubted = [];
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool mustLook = true;
    private bool isMore;
    private long lookedAt;
    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Missed, clock)).Start();

    /// <summary>Done once nobody is overdue of those who were when it was started, or after so long.</summary>
    public Task CatchUpAsync(TimeSpan max, CancellationToken cancellationToken) =>
        Task.WhenAny(caughtUp.Task, Task.Delay(max, clock, cancellationToken));

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (mustLook || (planned.Count < EnoughPlanned && clock.GetElapsedTime(lookedAt) >= Period)) await LookAsync(cancellationToken);
            if (TakeDue() is { Count: > 0 } due) await WakeAsync(due, cancellationToken);
            else if (isMore && planned.Count == 0) mustLook = true;
            else await WaitAsync(cancellationToken);
        }
        catch
        {
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
            if (known.Contains(identity.Key) || stragglers.IsResting(identity.Id)) continue;

            // Woken for this very instant and due nevertheless: it will not help to hurry. What she remembers may not be what is stored.
            if (woken.TryGetValue(identity.Key, out var at) && at == identity.At)
            {
                doubted.Add(identity.Id);
                stragglers.Add(identity.Id);
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

    private async Task WakeAsync(List<DueIdentity> due, CancellationToken cancellationToken)
    {
        var instants = due.ToDictionary(identity => identity.Id, identity => identity.At);
        var elsewhere = due.ToDictionary(identity => identity.Key);
        foreach (var identity in due)
        {
            if (node.Peek(identity.Id) is not null) elsewhere.Remove(identity.Key);
        }

        var left = due.Where(identity => !elsewhere.ContainsKey(identity.Key)).Select(identity => identity.Id).ToHashSet();
        if (elsewhere.Count > 0)
        {
            using var page = await loader.LoadAsync(elsewhere.Keys, view.Current, adoption.Judged, cancellationToken);
            var found = page.People.Select(loaded => loaded.Person.Own.Key).ToHashSet();
            left.UnionWith(elsewhere.Values.Where(identity => !found.Contains(identity.Key)).Select(identity => identity.Id));
            await adoption.RunAsync(page, Done, Failed, cancellationToken);
        }

        List<IdentityId> again = [.. left.Where(doubted.Contains)];
        left.ExceptWith(again);
        doubted.ExceptWith(instants.Keys);
        await adoption.LoadAgainAsync(again, Done, Failed, cancellationToken);
        await adoption.ReevaluateAsync(left, Done, Failed, cancellationToken);
        foreach (var identity in due)
        {
            known.Remove(identity.Key);
            woken[identity.Key] = identity.At;
        }

        void Done(IdentityId id)
        {
            stragglers.Remove(id);
            metrics.DueLateness.Record((clock.GetUtcNow() - instants[id]).TotalSeconds);
            metrics.DueWoken.Add(1);
        }
    }

    private void Failed(IdentityId id, Exception exception) => NotWoken(exception, id.Value, stragglers.Add(id));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due identities could not be woken; trying again.")]
    private partial void Missed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Identity {Id} could not be woken; trying again in {Pause}.")]
    private partial void NotWoken(Exception exception, Guid id, TimeSpan pause);
}
