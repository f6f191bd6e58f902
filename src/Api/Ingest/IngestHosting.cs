using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Feed;
using CdpPipeline.Api.Plans;
using CdpPipeline.Api.Privacy;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Ingest;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Ingest;

/// <summary>Composes the ingest edge. The host adds <see cref="Grains.Interfaces.Ingest.IIngest"/>.</summary>
public static class IngestHosting
{
    /// <summary>
    /// Reads <c>Cdp:Ingest</c> and <c>Cdp:Privacy</c>, and <c>Cdp:WriteKey</c> for the first source's key. An <see cref="IWriteKeys"/> that is registered
    /// already is kept, and so is an <see cref="IngestGate"/>; without one nobody is turned away.
    /// </summary>
    public static IServiceCollection AddIngest(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddErrors();
        services.AddOptions<IngestOptions>().Bind(configuration.GetSection(IngestOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new WriteKeys(Configured(configuration["Cdp:WriteKey"])));
        services.TryAddSingleton<IWriteKeys>(provider => provider.GetRequiredService<WriteKeys>());
        services.TryAddSingleton<EventRules>();
        services.TryAddSingleton<EventReader>();
        services.TryAddSingleton<SourceGate>();
        services.TryAddSingleton<BodyBudget>();
        services.TryAddSingleton(new ContextPrivacy(PrivacyOptions.Read(configuration)));
        services.TryAddSingleton(provider => new IngestGate(int.MaxValue, TimeSpan.MaxValue, provider.GetRequiredService<TimeProvider>()));
        services.AddMetrics();
        services.TryAddSingleton<SourceTallies>();
        services.TryAddSingleton<IngestMetrics>();
        services.TryAddSingleton<ErasureView>();
        services.TryAddSingleton<PlanTable>();
        services.TryAddSingleton<ViolationCounts>();
        services.TryAddSingleton<PlanGate>();
        services.AddOptions<FeedOptions>().Bind(configuration.GetSection(FeedOptions.Section))
            .Validate(feed => feed.WatchersMax >= 0, $"{FeedOptions.Section}:WatchersMax must not be negative; 0 lets nobody watch.")
            .Validate(feed => feed.WaitingMax >= 1, $"{FeedOptions.Section}:WaitingMax must be at least 1.")
            .Validate(feed => feed.ShownBytesMax >= 0, $"{FeedOptions.Section}:ShownBytesMax must not be negative; 0 shows no properties.")
            .Validate(feed => feed.HeartbeatPeriod > TimeSpan.Zero, $"{FeedOptions.Section}:HeartbeatPeriod must be more than zero.")
            .ValidateOnStart();
        services.TryAddSingleton<EventFeed>();
        services.TryAddSingleton<IngestLedger>();
        services.TryAddSingleton<SourceLimits>();
        services.TryAddSingleton<IngestCalls>();
        services.TryAddSingleton<SeedEventCalls>();
        services.TryAddSingleton<SettingsDocument>();
        services.TryAddSingleton<SourceConfig>();
        return services;
    }

    private static KeyedSource? Configured(string? writeKey)
    {
        if (string.IsNullOrEmpty(writeKey)) return null;
        if (writeKey.Length > WriteKeys.LengthMax)
        {
            throw new OptionsValidationException(
                "Cdp:WriteKey", typeof(string), [$"Cdp:WriteKey has {writeKey.Length} characters; set one of at most {WriteKeys.LengthMax}."]);
        }

        return new KeyedSource(new Source("default", "default"), WriteKeys.Hash(writeKey));
    }
}
