using System.Text.Json;
using CdpPipeline.Grains;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Plans;

/// <summary>
/// Adds what this process has seen of violations to what is stored, every <see cref="Period"/> and when it stops: whatever node is asked, the answer is
/// exact but for that much. A process that is killed takes the last of it along; events are not concerned.
/// </summary>
internal sealed partial class ViolationStore : IHostedService, IAsyncDisposable
{
    public const string Kind = "plan-violations";

    /// <summary>How often they are stored.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private const int AttemptsMax = 8;

    private readonly IDocumentStore documents;
    private readonly ViolationCounts counts;
    private readonly TimeProvider clock;
    private readonly BackgroundLoop loop;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ILogger<ViolationStore> logger;

    public ViolationStore(IDocumentStore documents, ViolationCounts counts, TimeProvider clock, ILogger<ViolationStore> logger)
    {
        (this.documents, this.counts, this.clock, this.logger) = (documents, counts, clock, logger);
        loop = new BackgroundLoop(RoundAsync, Missed, clock);
    }

    /// <summary>The source's violations, those of this process up to now.</summary>
    public async Task<SourceViolations> ReadAsync(string source, CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        return Read(await documents.GetAsync(Kind, source, cancellationToken));
    }

    /// <summary>Forgets what was counted so far.</summary>
    public async Task ForgetAsync(string source, CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        await documents.DeleteAsync(Kind, source, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        loop.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await loop.DisposeAsync();
        try
        {
            await StoreAsync(cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            Missed(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await loop.DisposeAsync();
        turn.Dispose();
    }

    private static SourceViolations Read(Document? document) => document is null
        ? new SourceViolations([], 0)
        : JsonSerializer.Deserialize(document.Json.Span, SourceViolationsJson.Default.SourceViolations) ?? throw new InvalidDataException($"The violations of source '{document.Id}' are empty.");

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        await Task.Delay(Period, clock, cancellationToken);
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var open = new Dictionary<string, SourceViolations>(counts.Take(), StringComparer.Ordinal);
            try
            {
                foreach (var (source, seen) in open.ToList())
                {
                    await AddAsync(source, seen, cancellationToken);
                    open.Remove(source);
                }
            }
            finally
            {
                // What was not stored is tried again.
                foreach (var (source, seen) in open) counts.Add(source, seen);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task AddAsync(string source, SourceViolations seen, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            // Where the plan is gone meanwhile, so are its violations.
            if (await documents.GetAsync(PlanDocuments.Kind, source, cancellationToken) is null) return;
            var stored = await documents.GetAsync(Kind, source, cancellationToken);
            var together = new OpenViolations().Add(Read(stored)).Add(seen).ToViolations();
            var json = JsonSerializer.SerializeToUtf8Bytes(together, SourceViolationsJson.Default.SourceViolations);
            if (await documents.PutAsync(Kind, source, json, stored?.Version ?? 0, cancellationToken)) return;
        }

        throw new StoreUnavailableException($"The violations of source {source} keep being changed by other nodes; trying again.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Violations of tracking plans could not be stored; trying again.")]
    private partial void Missed(Exception exception);
}
