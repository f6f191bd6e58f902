using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Feed;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Segments;
using CdpPipeline.Grains.Retention;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Sharing;
using CdpPipeline.Silo.Nodes;
using CdpPipeline.Silo.Streams;
using CdpPipeline.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;

namespace CdpPipeline.Silo.Tests;

/// <summary>A node as it is composed for real, without its calls and without what it does by itself beside them.</summary>
internal sealed class TestNode
{
    private readonly WebApplication app;
    private readonly OpenStore store;

    private TestNode(WebApplication app, OpenStore store)
    {
        this.app = app;
        this.store = store;
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Another one of what this node has one of, with these parts.</summary>
    public T Create<T>(params object[] parts) => ActivatorUtilities.CreateInstance<T>(app.Services, parts);

    /// <summary><paramref name="change"/> comes last.</summary>
    public static async Task<TestNode> StartAsync(
        IReadOnlyDictionary<string, string?> settings, TimeProvider clock, CancellationToken cancellationToken, Action<IServiceCollection>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["Cdp:Cluster:Port"] = $"{ProgramProcess.FreePort()}";
        builder.Configuration["Cdp:Cluster:AdvertisedAddress"] = "127.0.0.1";
        builder.Configuration["Cdp:Cluster:StreamPeriod"] = "00:00:00.005";
        builder.Configuration["Cdp:Sharing:LookEvery"] = "00:00:00.02";

        // Many nodes share the test server.
        builder.Configuration["Cdp:Postgres:ConnectionsMax"] = "10";
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var grains = ClusterGrainHost.Of(builder.Configuration, NullLoggerFactory.Instance);
        var store = await OpenStore.OpenAsync(builder.Configuration, grains.Stream, clock, NullLoggerFactory.Instance, cancellationToken);
        builder.Services
            .AddStore(store)
            .AddSingleton(new ChangedSegments())
            .AddSingleton<EventFeed>()
            .AddSingleton<SourceRetentions>()
            .AddSingleton<IRetentionPeriods>(provider => provider.GetRequiredService<SourceRetentions>())
            .AddSingleton(clock)

            // A test winds the clock by which people's windows go; whether nodes are alive is a matter of real time.
            .AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        grains.AddTo(builder);
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(ClusterNode)));
        change?.Invoke(builder.Services);
        var app = builder.Build();
        grains.Bind(app.Services.GetRequiredService<GrainsReference>(), app.Services);
        await app.StartAsync(cancellationToken);
        app.Services.GetRequiredService<ClusterMembershipStream>().Start(
            app.Services.GetRequiredKeyedService<IStreamProvider>(ClusterMembershipStream.Provider),
            app.Services.GetRequiredService<OrleansGrains>().Segment);
        app.Services.GetRequiredService<DocumentWatch>().Start();
        return new TestNode(app, store);
    }

    public async Task StopAsync()
    {
        await Get<DocumentWatch>().DisposeAsync();
        await Get<DueClock>().DisposeAsync();
        await Get<Backfill>().DisposeAsync();
        await Get<ClusterMembershipStream>().DisposeAsync();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await store.Lifetime.DisposeAsync();
    }

    /// <summary>Nothing that was still to be written is written.</summary>
    public async Task CrashAsync()
    {
        await store.Lifetime.DisposeAsync();
        await StopAsync();
    }
}
