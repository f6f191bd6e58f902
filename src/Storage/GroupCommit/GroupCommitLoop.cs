using System.Threading.Channels;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>
/// Drains everything that waits into one transaction of one writer, and wakes the callers. A fault of the store fails the group it
/// met; the loop goes on with a fresh connection. Ends when the queue is completed and empty.
/// </summary>
internal sealed class GroupCommitLoop(
    ChannelReader<PendingAppend> queue,
    IGroupWriter writer,
    GroupCommitOptions options,
    StoreMetrics metrics,
    TimeProvider clock,
    ILogger logger,
    CancellationToken stopping)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    public async Task RunAsync()
    {
        while (await WaitAsync())
        {
            try
            {
                if (await ConnectAsync()) await CommitAsync(Drain());
            }
            catch (Exception exception)
            {
                logger.AppendRejected(exception);
            }
        }
    }

    // What a lost answer left open is settled at once, and not with the next append: until then live counts may be wrong.
    private async ValueTask<bool> WaitAsync()
    {
        var next = queue.WaitToReadAsync(CancellationToken.None).AsTask();
        while (writer.IsUnsettled && !next.IsCompleted && !stopping.IsCancellationRequested)
        {
            try
            {
                await writer.ConnectAsync(stopping);
                break;
            }
            catch (Exception exception)
            {
                logger.StoreAway(LongestDelay, exception);
                await Task.WhenAny(next, Task.Delay(LongestDelay, clock, stopping));
            }
        }

        return await next;
    }

    // True once connected; false when the queue ran empty meanwhile because everything in it had waited too long.
    private async Task<bool> ConnectAsync()
    {
        for (var delay = FirstDelay; ; delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks)))
        {
            try
            {
                await writer.ConnectAsync(stopping);
                return true;
            }
            catch (StoreUnavailableException exception)
            {
                GiveUpOld(exception);
                if (!queue.TryPeek(out _)) return false;
                logger.StoreAway(delay, exception);
            }

            if (!stopping.IsCancellationRequested) await Task.Delay(delay, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void GiveUpOld(StoreUnavailableException exception)
    {
        var count = 0;
        while (queue.TryPeek(out var oldest)
            && (stopping.IsCancellationRequested || clock.GetElapsedTime(oldest.EnqueuedAt) >= options.OutageWaitMax)
            && queue.TryRead(out var pending))
        {
            pending.Fail(new StoreUnavailableException("The store could not be reached in time.", exception));
            count++;
        }

        if (count == 0) return;
        logger.AppendsGivenUp(count);
        metrics.GaveUp(count);
    }

    private List<PendingAppend> Drain()
    {
        var group = new List<PendingAppend>();
        for (var rows = 0; rows < options.RowsPerGroupMax && queue.TryRead(out var pending); rows += pending.Rows) group.Add(pending);
        return group;
    }

    private async Task CommitAsync(List<PendingAppend> waiting)
    {
        try
        {
            for (var rest = waiting; rest.Count > 0;)
            {
                var round = new ClaimRound();
                foreach (var pending in rest) round.Add(pending);
                await CommitAsync(round, round.Now.FindAll(pending => pending.Append.Erasure is null));

                // What is decided with an erasure must know of it, so nothing goes in the same transaction.
                foreach (var erasing in round.Now.FindAll(pending => pending.Append.Erasure is not null)) await CommitAsync(round, [erasing]);
                rest = [];
                foreach (var pending in round.Later)
                {
                    if (round.TakenFrom(pending.Append) is { Count: > 0 } taken) Waking.All([pending], [new IdentifiersTaken(taken)]);
                    else rest.Add(pending);
                }
            }
        }
        catch (Exception exception)
        {
            logger.GroupFailed(waiting.Count, exception);
            var unknown = exception as StoreUnavailableException ?? new StoreUnavailableException("The store failed while writing.", exception);
            metrics.OutcomeUnknown(waiting.Count(pending => !pending.Task.IsCompleted));
            foreach (var pending in waiting) pending.Fail(unknown);
        }
    }

    // When something in the group ran into a unique key, nothing of it is stored: halve it until the culprit is alone.
    private async ValueTask CommitAsync(ClaimRound round, List<PendingAppend> group)
    {
        if (group.Count == 0) return;
        try
        {
            var startedAt = clock.GetTimestamp();
            var results = await WriteAsync(group);
            metrics.Committed(group.Count, clock.GetElapsedTime(startedAt));
            for (var i = 0; i < group.Count; i++)
            {
                if (group[i].Append.Claims.Count > 0) round.Settle(group[i].Append, results[i]);
            }

            Waking.All(group, results);
            if (logger.IsEnabled(LogLevel.Debug)) logger.GroupCommitted(group.Count, group.Sum(pending => pending.Rows));
        }
        catch (OldCatalogException old)
        {
            await CommitAsync(round, TakeNew(group, pending => pending.Append.Catalog < old.Version, new OldCatalog(old.Version)));
        }
        catch (OldErasuresException old)
        {
            await CommitAsync(round, TakeNew(group, pending => pending.Append.Erasures < old.Revision, new OldErasures(old.Revision)));
        }
        catch (GroupConflictException conflict) when (group.Count == 1)
        {
            if (group[0].Append.Claims.Count > 0) round.Settle(group[0].Append, conflict.Result);
            Waking.All(group, [conflict.Result]);
        }
        catch (Exception exception) when (group.Count == 1 && exception is not StoreUnavailableException)
        {
            logger.AppendRejected(exception);
            metrics.RejectedOne();
            group[0].Fail(exception);
        }
        catch (Exception exception) when (exception is not StoreUnavailableException)
        {
            metrics.RedoneInHalves();
            var half = group.Count / 2;
            await CommitAsync(round, group.GetRange(0, half));
            await CommitAsync(round, group.GetRange(half, group.Count - half));
        }
    }

    private async ValueTask<IReadOnlyList<AppendResult>> WriteAsync(List<PendingAppend> group)
    {
        using var span = CommitSpan.Start(group);
        try
        {
            return await writer.CommitAsync(group, CancellationToken.None);
        }
        catch (Exception exception)
        {
            CommitSpan.Fail(span, exception);
            throw;
        }
    }

    // Those that were decided by what is no longer in force are told so; the others can go on.
    private static List<PendingAppend> TakeNew(List<PendingAppend> group, Predicate<PendingAppend> isOld, AppendResult answer)
    {
        var old = group.FindAll(isOld);
        Waking.All(old, [.. old.Select(_ => answer)]);
        return group.FindAll(pending => !isOld(pending));
    }
}
