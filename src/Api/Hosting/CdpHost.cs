using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Local;
using CdpPipeline.Api.Metrics;
using CdpPipeline.Api.Routes;
using CdpPipeline.Api.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Hosting;

/// <summary>The embedded host: one process that serves everything.</summary>
public static class CdpHost
{
    /// <summary>Opens the store and composes the application; the caller runs it. <paramref name="configure"/> comes last.</summary>
    public static async Task<WebApplication> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:8080");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // A log that is on, even for the gravest only, makes the server open a scope and an activity for each request: a tenth of a profile read.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
        configure?.Invoke(builder);
        var clock = builder.Services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider ?? TimeProvider.System;

        using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole());
        var changed = new ChangedSegments();
        var stream = new LocalMembershipStream(changed, loggers.CreateLogger<LocalMembershipStream>());
        var store = await OpenStore.OpenAsync(builder.Configuration, stream, clock, loggers, CancellationToken.None);
        builder.Services.AddSingleton(store.Events);
        builder.Services.AddSingleton(store.Identities);
        builder.Services.AddSingleton(store.Memberships);
        builder.Services.AddSingleton(store.Transitions);
        builder.Services.AddSingleton(store.Catalog);
        builder.Services.AddSingleton(store.Documents);
        builder.Services.AddSingleton(store.Fencing);
        builder.Services.AddSingleton(changed);
        builder.Services.AddSingleton(stream);
        builder.Services.AddSingleton<IMembershipStream>(stream);
        builder.Services.AddSingleton(clock);
        builder.Services.AddMetricsExport(store.Meter);
        builder.Services.AddLocalGrains(builder.Configuration);
        builder.Services.AddIngest(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);

        var app = builder.Build();
        app.StartMetrics();
        app.Services.GetRequiredService<GrainsReference>().Bind(app.Services.GetRequiredService<LocalGrains>());

        // Whoever took over its work has taken it for dead; nothing that it serves is good any more.
        store.Fencing.Fenced.Register(app.Lifetime.StopApplication);
        app.Lifetime.ApplicationStopped.Register(() => store.Lifetime.DisposeAsync().AsTask().GetAwaiter().GetResult());
        var keys = await app.Services.GetRequiredService<KeyRing>().StartAsync(DataDirectory.Of(builder.Configuration), builder.Configuration, CancellationToken.None);
        Welcome.WriteWhenStarted(app, keys, Console.Out);
        app.UseExceptionHandler(_ => { });
        app.MapIngest();
        app.MapApi();
        app.MapMetrics();
        return app;
    }
}
