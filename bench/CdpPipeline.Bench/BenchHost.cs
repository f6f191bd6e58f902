using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Local;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Retention;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Bench;

/// <summary>The whole program in this process, on a fresh store that goes when it goes.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private const int BuildBatch = 1_000;

    private readonly BenchStore store;
    private readonly WebApplication app;

    private BenchHost(BenchStore store, WebApplication app)
    {
        this.store = store;
        this.app = app;
        Grains = app.Services.GetRequiredService<IGrains>();
        Ingest = app.Services.GetRequiredService<IIngest>();
        Preview = app.Services.GetRequiredService<DefinitionPreview>();
        Retention = app.Services.GetRequiredService<RetentionSweep>();
    }

    public IGrains Grains { get; }

    public IIngest Ingest { get; }

    public DefinitionPreview Preview { get; }

    public RetentionSweep Retention { get; }

    public SampleEvents Events { get; } = new(TimeProvider.System);

    public static async Task<BenchHost> StartAsync(BenchArguments arguments)
    {
        var store = await BenchStore.CreateAsync(arguments.Postgres);
        var app = await CreateAsync(
        [
            "--urls=http://127.0.0.1:0",
            "--environment=Production",
            "--Logging:LogLevel:Default=Warning",
            $"--Cdp:WriteKey={arguments.WriteKey}",
            $"--Cdp:ApiKey={arguments.ApiKey}",
            .. store.Settings.Select(setting => $"--{setting.Key}={setting.Value}"),
        ]);
        await app.StartAsync();
        return new BenchHost(store, app);
    }

    /// <summary>Has nobody in memory any more.</summary>
    public void LetGoOfPeople() => app.Services.GetRequiredService<LocalGrains>().Stop();

    /// <inheritdoc cref="BenchStore.SettleAsync"/>
    public Task SettleAsync() => store.SettleAsync();

    /// <summary>Stores the events, of one person each call; who she is.</summary>
    public async Task<IdentityId> AppendAsync(IReadOnlyList<Event> events)
    {
        var outcomes = await Ingest.IngestAsync(events, CancellationToken.None);
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Status != IngestStatus.Stored) throw new InvalidOperationException($"An event was not stored: {outcomes[i].Status}.");
        }

        return outcomes[0].Identity;
    }

    /// <summary>Gives a person this many events more.</summary>
    public async Task<IdentityId> BuildAsync(Identifier person, int count)
    {
        var identity = default(IdentityId);
        for (var left = count; left > 0; left -= BuildBatch) identity = await AppendAsync(Events.Batch(person, Math.Min(left, BuildBatch)));
        return identity;
    }

    /// <summary>Makes people from number <paramref name="from"/> on, with this many events each; several calls at once.</summary>
    public Task PopulateAsync(int from, int to, int eventsEach)
    {
        var perCall = Math.Max(1, BuildBatch / eventsEach);
        var starts = Enumerable.Range(0, (to - from + perCall - 1) / perCall).Select(call => from + (call * perCall));
        return Parallel.ForEachAsync(starts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (start, _) =>
        {
            var people = Enumerable.Range(start, Math.Min(perCall, to - start));
            await AppendAsync([.. people.SelectMany(person => Events.Batch(Person(person), eventsEach))]);
        });
    }

    public static Identifier Person(int number) => SampleEvents.Anonymous($"anon-{number}");

    // What the program greets its user with would stand among the results.
    private static async Task<WebApplication> CreateAsync(string[] settings)
    {
        var console = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            return await CdpHost.CreateAsync(settings);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await store.DisposeAsync();
    }
}
