using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Has every existing person look at the current definitions once, while events go on arriving. Repeating it changes nothing, so after a
/// crash it only begins again.
/// </summary>
public sealed partial class Backfill(IGrains grains, IIdentityIndex index, TimeProvider clock, ILogger<Backfill> logger) : IAsyncDisposable
{
    private const int PageSize = 500;
    private const int AtOnce = 16;

    private readonly SemaphoreSlim requested = new(0);
    private long wanted;
    private double progress;
    private long done;
    private BackgroundLoop? loop;

    /// <summary>The share of the people seen in the run under way, from 0 to 1.</summary>
    public double Progress => Volatile.Read(ref progress);

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Interrupted, clock)).Start();

    /// <summary>Asks for a run after which everybody has seen at least this version of the catalog.</summary>
    public void Request(long catalogVersion)
    {
        Volatile.Write(ref progress, 0);
        Interlocked.Exchange(ref wanted, catalogVersion);
        requested.Release();
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        await requested.WaitAsync(cancellationToken);
        var version = Interlocked.Read(ref wanted);
        if (version <= done) return;
        try
        {
            await EverybodyAsync(cancellationToken);
            await grains.Catalog.CompleteBackfillAsync(version, cancellationToken);
            done = version;
        }
        finally
        {
            // Interrupted, it is still wanted.
            if (done < version) requested.Release();
        }
    }

    private async Task EverybodyAsync(CancellationToken cancellationToken)
    {
        long? before = null;
        long highest = 0;
        while (await index.ListAsync(search: null, before, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            highest = Math.Max(highest, page[0].Key);
            await Parallel.ForEachAsync(
                page,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (identity, token) => await grains.Identity(identity.Id).ReevaluateAsync(token));
            before = page[^1].Key;
            Volatile.Write(ref progress, 1 - ((double)before.Value / (highest + 1)));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backfill was interrupted and begins again.")]
    private partial void Interrupted(Exception exception);
}
