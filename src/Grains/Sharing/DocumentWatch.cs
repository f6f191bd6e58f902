using System.Runtime.ExceptionServices;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Sharing;

/// <summary>
/// Asks the store now and then which documents were changed, by whatever process, and has those read again that somebody keeps in memory. Finds out by the
/// way whether this node was fenced.
/// </summary>
public sealed partial class DocumentWatch(
    IDocumentStore documents,
    IWriterFencing fencing,
    IEnumerable<IDocumentFollower> followers,
    SharingOptions options,
    TimeProvider clock,
    ILogger<DocumentWatch> logger) : IAsyncDisposable
{
    private readonly Dictionary<IDocumentFollower, long[]> seen = followers.ToDictionary(follower => follower, follower => new long[follower.Kinds.Count]);
    private BackgroundLoop? loop;
    private string? told;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Missed, clock)).Start();

    /// <summary>Looks once, now. Not while it is started. Where one cannot read what was changed, the others still do, and then it throws.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await fencing.LookAsync(cancellationToken);
        var changes = await documents.ChangesAsync(cancellationToken);
        ExceptionDispatchInfo? failure = null;
        foreach (var (follower, known) in seen.ToList())
        {
            long[] now = [.. follower.Kinds.Select(kind => changes.GetValueOrDefault(kind))];
            if (known.AsSpan().SequenceEqual(now)) continue;
            try
            {
                await follower.FollowAsync(cancellationToken);
                seen[follower] = now;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // A definition that nobody can read must not keep a revoked key alive.
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        failure?.Throw();
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        // Of a fenced node there is nothing left to keep up.
        if (!fencing.Fenced.IsCancellationRequested) await LookAsync(cancellationToken);
        told = null;
        await Task.Delay(options.LookEvery, clock, cancellationToken);
    }

    // What cannot be read now may be so for as long as an update takes: it is told of once.
    private void Missed(Exception exception)
    {
        if (told == exception.Message) return;
        told = exception.Message;
        NotRead(exception);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What other processes changed could not be read; trying again each second until it can.")]
    private partial void NotRead(Exception exception);
}
