using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Sees that every existing person is judged by the current definitions, while events go on arriving. People are read many at a time, and only
/// those of whom something changes take a turn. How far it came is stored, so after a stop it goes on from there. Somebody whose turn
/// fails holds up nobody: she is tried again with growing pauses, and until she succeeds the segments stay "backfilling".
/// </summary>
public sealed partial class Backfill(
    IGrains grains,
    IIdentityIndex index,
    BulkLoader loader,
    BulkAdoption adoption,
    CatalogView view,
    IDocumentStore documents,
    ICatalogTables tables,
    BulkOptions options,
    TimeProvider clock,
    ILogger<Backfill> logger) : IAsyncDisposable
{
    // More of them than this is no longer somebody's fault but the store's: first they must succeed.
    private const int StragglersMax = 1_000;

    // Of a switch; a store with one writer has all others wait for so many.
    private const int SwitchRowsMax = 5_000;

    private static readonly TimeSpan StragglerPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SavePeriod = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim requested = new(0);
    private readonly BackfillNotes notes = new(documents);
    private readonly Stragglers<IdentityId> stragglers = new(clock);
    private BackfillScan scan = BackfillScan.Idle;
    private (long Version, Task<BulkPage> Page)? ahead;
    private long wanted;
    private long announced;
    private long highestKey;
    private long savedAt;
    private double progress;
    private BackgroundLoop? loop;

    /// <summary>The share of the people seen for the newest definitions, from 0 to 1.</summary>
    public double Progress => Volatile.Read(ref progress);

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, WasInterrupted, clock)).Start();

    /// <summary>Asks that everybody be judged by at least this version of the catalog, which is in force on this node already.</summary>
    public void Request(long catalogVersion)
    {
        Volatile.Write(ref progress, 0);
        Interlocked.Exchange(ref wanted, catalogVersion);
        requested.Release();
    }

    public async ValueTask DisposeAsync()
    {
        if (loop is not null) await loop.DisposeAsync();
        await ForgetAheadAsync();
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (scan.Newest is null && announced >= scan.Completed) await requested.WaitAsync(cancellationToken);
        try
        {
            await TakeRequestAsync(cancellationToken);
            if (scan.Newest is not null && stragglers.Count <= StragglersMax) await PageAsync(cancellationToken);
        }
        catch
        {
            await ForgetAheadAsync();
            throw;
        }

        if (stragglers.Ripe() is { Count: > 0 } ripe) await adoption.LoadAgainAsync(ripe, stragglers.Remove, Failed, cancellationToken);
        if (announced >= scan.Completed) return;
        if (stragglers.Count == 0) await CompleteAsync(cancellationToken);
        else if (scan.Newest is null || stragglers.Count > StragglersMax) await Task.Delay(StragglerPeriod, clock, cancellationToken);
    }

    private async Task TakeRequestAsync(CancellationToken cancellationToken)
    {
        var version = Interlocked.Read(ref wanted);
        if (version <= announced || version <= Math.Max(scan.Completed, scan.Newest?.Version ?? 0)) return;
        if (await notes.ReadAsync(cancellationToken) is { } stored && scan == BackfillScan.Idle && stored.Version == version)
        {
            scan = stored.ToScan();
            foreach (var id in stored.Stragglers) stragglers.Add(new IdentityId(id));
        }

        highestKey = await index.ListAsync(search: null, beforeKey: null, 1, cancellationToken) is [var newest] ? newest.Key : 0;

        // No append that an older catalog decided is written any more (see ICatalogTables). So all that is read from here on is either up to date
        // or judged below.
        scan = scan.With(version);
    }

    private async Task PageAsync(CancellationToken cancellationToken)
    {
        using var span = Spans.Source.StartActivity(Spans.BackfillPage);
        var catalog = view.Current;
        if (ahead is { } read && read.Version != catalog.Version) await ForgetAheadAsync();
        using var page = await (ahead?.Page ?? loader.PageAsync(scan.Reached, options.PageSize, catalog, adoption.Changed, cancellationToken));
        ahead = page.LastKey is { } lastKey ? (catalog.Version, loader.PageAsync(lastKey, options.PageSize, catalog, adoption.Changed, cancellationToken)) : null;
        if (span is { IsAllDataRequested: true }) span.SetTag("cdp.people", page.People.Count).SetTag("cdp.people.changing", page.Changing.Count).SetTag("cdp.people.failed", page.Failed.Count);
        foreach (var (id, reason) in page.Failed) Failed(id, reason);
        await adoption.RunAsync(page, stragglers.Remove, Failed, cancellationToken);
        scan = scan.Past(page.LastKey);
        Volatile.Write(ref progress, scan.Progress(highestKey));
        if (scan.Newest is null || clock.GetElapsedTime(savedAt) >= SavePeriod) await SaveAsync(cancellationToken);
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var version = scan.Completed;

        // Whoever commits waits for the switch itself, but for none of these.
        while (await tables.PrepareAsync(version, SwitchRowsMax, clock.GetUtcNow(), cancellationToken)) cancellationToken.ThrowIfCancellationRequested();
        await grains.Catalog.CompleteBackfillAsync(version, cancellationToken);
        announced = version;
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await notes.WriteAsync(BackfillDocument.Of(scan, [.. stragglers.All.Select(id => id.Value)]), cancellationToken);
        savedAt = clock.GetTimestamp();
    }

    private async Task ForgetAheadAsync()
    {
        if (ahead is not { } read) return;
        ahead = null;
        try
        {
            (await read.Page).Dispose();
        }
        catch (Exception exception)
        {
            NotReadAhead(exception);
        }
    }

    private void Failed(IdentityId id, Exception exception) => NotJudged(exception, id.Value, stragglers.Add(id));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backfill was interrupted and goes on from where it was.")]
    private partial void WasInterrupted(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Identity {Id} could not be judged by the new definitions; trying again in {Pause}.")]
    private partial void NotJudged(Exception exception, Guid id, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A page that nobody needs any more could not be read.")]
    private partial void NotReadAhead(Exception exception);
}
