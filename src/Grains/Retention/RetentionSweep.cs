using System.Collections.Concurrent;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Retention;

/// <summary>
/// Removes events that have been kept long enough: on one node of a cluster, soon after its start, whenever a source's retention is changed, and every
/// <see cref="RetentionOptions.Every"/>. Each person's are removed in her own turn, a bounded number with one append. It rests for as long as it works, so
/// that it takes no more than half of what a store can do for one caller. What a stop interrupts the next walk does; whoever fails holds up nobody.
/// </summary>
public sealed partial class RetentionSweep(
    IExpiryIndex index,
    IGrains grains,
    IdentityResolver resolver,
    IRetentionPeriods periods,
    INodeShare share,
    RetentionOptions options,
    GrainMetrics metrics,
    TimeProvider clock,
    ILogger<RetentionSweep> logger) : IAsyncDisposable
{
    /// <summary>How soon a change of a retention is noticed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const int PageSize = 500;
    private const int PeopleAtOnce = 4;
    private const int AttemptsMax = 16;
    private const int StragglerRounds = 20;

    private readonly Stragglers<IdentityId> stragglers = new(clock);
    private (DateTimeOffset StartedAt, IReadOnlyList<SourceRetention> Periods)? last;
    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Interrupted, clock)).Start();

    /// <summary>Removes all that has been kept long enough by now; the number of events removed.</summary>
    public async Task<long> SweepAsync(CancellationToken cancellationToken)
    {
        if (periods.Current is not { Count: > 0 } current) return 0;
        var now = clock.GetUtcNow();
        return await SweepAsync([.. current.Select(source => new SourceCutoff(source.Source, now.AddDays(-source.Days)))], afterKey: 0, cancellationToken);
    }

    /// <summary>Removes what arrived too early, of everybody with a higher key.</summary>
    public async Task<long> SweepAsync(IReadOnlyList<SourceCutoff> sources, long afterKey, CancellationToken cancellationToken)
    {
        var removed = 0L;
        for (long? after = afterKey; after is { } key;)
        {
            var startedAt = clock.GetTimestamp();
            using (var span = Spans.Source.StartActivity(Spans.RetentionPage))
            {
                var page = await index.LookAsync(key, PageSize, sources, cancellationToken);
                var gone = await ExpireAsync(page.Due, sources, cancellationToken);
                if (span is { IsAllDataRequested: true }) span.SetTag("cdp.people", page.Due.Count).SetTag("cdp.events.removed", gone);
                removed += gone;
                after = page.LastKey;
            }

            await Task.Delay(clock.GetElapsedTime(startedAt), clock, cancellationToken);
        }

        for (var round = 0; round < StragglerRounds && stragglers.Count > 0; round++)
        {
            await Task.Delay(Period, clock, cancellationToken);
            removed += await ExpireAsync([.. stragglers.Ripe().Select(id => new IndexedIdentity(0, id))], sources, cancellationToken);
        }

        // The next walk comes across those that are left.
        if (stragglers.Count == 0) metrics.RetentionCompleted(clock.GetUtcNow());
        stragglers.Keep([]);
        return removed;
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        var (now, current) = (clock.GetUtcNow(), periods.Current);
        if (current.Count > 0 && share.Current.Number == 0 && (last is not { } before || now - before.StartedAt >= options.Every || !before.Periods.SequenceEqual(current)))
        {
            await SweepAsync(cancellationToken);
            last = (now, current);
        }

        await Task.Delay(Period, clock, cancellationToken);
    }

    private async Task<long> ExpireAsync(IReadOnlyList<IndexedIdentity> due, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken)
    {
        var removed = 0L;
        var kept = new ConcurrentBag<KeptLog>();
        var together = new ParallelOptions { MaxDegreeOfParallelism = PeopleAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(due, together, async (component, token) =>
        {
            try
            {
                var (count, answer) = await ExpireAsync(component.Id, sources, token);
                Interlocked.Add(ref removed, count);
                if (answer is { KeptTo: > 0 } && component.Key > 0) kept.Add(new KeptLog(component.Key, answer.KeptTo, answer.LastSeq));
                stragglers.Remove(component.Id);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !token.IsCancellationRequested)
            {
                NotExpired(exception, component.Id.Value, stragglers.Add(component.Id));
            }
        });
        if (!kept.IsEmpty) await index.KeepAsync([.. kept], sources, cancellationToken);
        return removed;
    }

    /// <summary>The last answer is null where the component is gone.</summary>
    private async Task<(long Removed, ExpireAnswer? Answer)> ExpireAsync(IdentityId component, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken)
    {
        var (who, removed) = (component, 0L);
        for (var attempt = 0; attempt < AttemptsMax;)
        {
            var answer = await grains.Identity(who).ExpireAsync(new ExpireRequest(component, sources, options.EventsPerTransactionMax), cancellationToken);
            metrics.EventsExpired.Add(answer.Removed);
            removed += answer.Removed;
            if (answer.Verdict == ExpireVerdict.Done) return (removed, answer);
            if (answer.Verdict == ExpireVerdict.More) continue;
            attempt++;

            // She was merged, or erased, or a merge of hers is half done, which this completes.
            if (await resolver.DescribeAsync(component, cancellationToken) is not { } facts) return (removed, null);
            who = facts.Id;
        }

        throw new StoreUnavailableException($"Who speaks for {component} keeps changing.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events of identity {Id} that were kept long enough could not be removed; trying again in {Pause}.")]
    private partial void NotExpired(Exception exception, Guid id, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events that were kept long enough could not be removed; trying again.")]
    private partial void Interrupted(Exception exception);
}
