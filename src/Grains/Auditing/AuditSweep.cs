using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Auditing;

/// <summary>Removes entries of the audit log that are too old, at its start and every hour, a bounded number at a time; on one node of a cluster.</summary>
public sealed partial class AuditSweep(IAuditLog log, INodeShare share, AuditOptions options, TimeProvider clock, ILogger<AuditSweep> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private const int RowsMax = 5_000;

    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Interrupted, clock)).Start();

    /// <summary>Removes all there is to remove now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await log.PruneAsync(clock.GetUtcNow() - options.KeptFor, RowsMax, cancellationToken) >= RowsMax) cancellationToken.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (share.Current.Number == 0) await SweepAsync(cancellationToken);
        await Task.Delay(Period, clock, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old entries of the audit log could not be removed; trying again.")]
    private partial void Interrupted(Exception exception);
}
