using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Ingest;

/// <summary>Composes the ingest edge. The host adds <see cref="Grains.Interfaces.Ingest.IIngest"/>.</summary>
public static class IngestHosting
{
    /// <summary>
    /// Reads <c>Cdp:Ingest</c>, and <c>Cdp:WriteKey</c> for the first source's key. An <see cref="IWriteKeys"/> that is registered
    /// already is kept.
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
        services.AddMetrics();
        services.TryAddSingleton<SourceTallies>();
        services.TryAddSingleton<IngestMetrics>();
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
