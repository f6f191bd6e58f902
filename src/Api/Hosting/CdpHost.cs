using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Auth.Sessions;
using CdpPipeline.Api.Health;
using CdpPipeline.Api.Http;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Local;
using CdpPipeline.Api.Metrics;
using CdpPipeline.Api.Plans;
using CdpPipeline.Api.Routes;
using CdpPipeline.Api.Segments;
using CdpPipeline.Api.Tracing;

namespace CdpPipeline.Api.Hosting;

/// <summary>Composes a process that serves the API: a store, grains and whoever runs them, and the calls.</summary>
public static class CdpHost
{
    /// <summary>The embedded host: one process that serves everything. The caller runs it. <paramref name="configure"/> comes last.</summary>
    public static Task<WebApplication> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null) => CreateAsync(
        args,
        configure,
        (_, changed, loggers) => new LocalGrainHost(new LocalMembershipStream(changed, loggers.CreateLogger<LocalMembershipStream>())));

    /// <summary>The same over any host of grains, which may complete the configuration before the store is opened.</summary>
    internal static async Task<WebApplication> CreateAsync(
        string[] args, Action<WebApplicationBuilder>? configure, Func<IConfigurationManager, ChangedSegments, ILoggerFactory, IGrainHost> choose)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:8080");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // A log that is on, even for the gravest only, makes the server open a scope and an activity for each request: a tenth of a profile read.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddHostConsole(builder.Configuration);
        configure?.Invoke(builder);
        builder.AddHttp();
        var clock = builder.Services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider ?? TimeProvider.System;

        using var loggers = new HostLoggers(builder.Configuration);
        var changed = new ChangedSegments();
        var grains = choose(builder.Configuration, changed, loggers);
        var store = await OpenStore.OpenAsync(builder.Configuration, grains.Stream, clock, loggers, CancellationToken.None);
        builder.Services.AddStore(store);
        builder.Services.AddSingleton(changed);
        builder.Services.AddSingleton(clock);
        builder.Services.AddMetricsExport(store.Meter);
        builder.Services.AddTraces();
        grains.AddTo(builder);
        builder.Services.AddIngestSpans(builder.Configuration);
        builder.Services.AddIngest(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);

        var app = builder.Build();
        loggers.Bind(app.Services.GetRequiredService<ILoggerFactory>());
        app.StartMetrics();
        grains.Bind(app.Services.GetRequiredService<GrainsReference>(), app.Services);

        // Whoever took over its work has taken it for dead; nothing that it serves is good any more.
        store.Fencing.Fenced.Register(app.Lifetime.StopApplication);
        app.Lifetime.ApplicationStopped.Register(() => store.Lifetime.DisposeAsync().AsTask().GetAwaiter().GetResult());
        var keys = await app.Services.GetRequiredService<KeyRing>().StartAsync(DataDirectory.Of(builder.Configuration), builder.Configuration, CancellationToken.None);
        ShortKeys.Warn(builder.Configuration, app.Services.GetRequiredService<ILoggerFactory>());
        await app.Services.GetRequiredService<SessionRing>().StartAsync(CancellationToken.None);

        // In force before the first event.
        await app.Services.GetRequiredService<PlanRing>().FollowAsync(CancellationToken.None);
        if (grains.ServesApi) Welcome.WriteWhenStarted(app, keys, Console.Out);
        app.UseTraces();
        app.UseExceptionHandler(_ => { });
        app.UseHttpRules();
        if (grains.ServesApi)
        {
            app.MapIngest();
            app.MapApi();
        }
        else
        {
            app.MapHealth();
        }

        app.MapMetrics();
        return app;
    }
}
