using CdpPipeline.Api.Local;
using CdpPipeline.Api.Metrics;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains;
using CdpPipeline.Grains.Auditing;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Retention;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Hosting;

/// <summary>Composes the plain grains with all that they stand on, and the embedded host that runs them.</summary>
internal static class GrainHosting
{
    /// <summary>The embedded host's: what there is, and who runs it.</summary>
    public static IServiceCollection AddLocalGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddGrains(configuration);
        services.AddSingleton<LocalGrains>();
        services.AddSingleton<INodeActivity, LocalActivity>();
        services.AddSingleton<INodeShare, WholeShare>();
        services.AddHostedService<LocalHost>();
        return services;
    }

    /// <summary>Whatever any host of grains needs; who runs them the host adds.</summary>
    public static IServiceCollection AddGrains(this IServiceCollection services, IConfiguration configuration)
    {
        var options = (configuration.GetSection("Cdp:Local").Get<LocalHostOptions>() ?? new LocalHostOptions()).Validated();
        services.AddSingleton(options);
        services.AddSingleton(configuration.GetSection("Cdp:Profiles").Get<ProfileSettings>()?.ToRules() ?? new ProfileRules());
        services.AddMetrics();
        services.AddSingleton<GrainMetrics>();
        services.AddSingleton<CatalogView>();
        services.AddSingleton<CatalogStore>();
        services.AddSingleton<CatalogRefresh>();
        services.AddSingleton<EntryInstants>();
        services.AddSingleton<IDocumentFollower>(provider => provider.GetRequiredService<CatalogRefresh>());
        services.AddSingleton<ErasureView>();
        services.AddSingleton<SuppressionKey>();
        services.AddSingleton<ErasureRefresh>();
        services.AddSingleton<IDocumentFollower>(provider => provider.GetRequiredService<ErasureRefresh>());
        services.AddSingleton<Eraser>();
        services.AddSingleton<ErasureRecovery>();
        services.AddSingleton((configuration.GetSection("Cdp:Sharing").Get<SharingOptions>() ?? new SharingOptions()).Validated());
        services.AddSingleton<DocumentWatch>();
        services.AddSingleton(TransitionsOf(configuration));
        services.AddSingleton<MembershipSweep>();
        services.AddSingleton((configuration.GetSection("Cdp:Audit").Get<AuditOptions>() ?? new AuditOptions()).Validated());
        services.AddSingleton<AuditSweep>();
        services.AddSingleton((configuration.GetSection("Cdp:Retention").Get<RetentionOptions>() ?? new RetentionOptions()).Validated());
        services.AddSingleton<RetentionSweep>();
        services.AddSingleton<SnapshotQueue>();
        services.AddSingleton(new DrawnProfiles(options.TimelineEventsMax));
        services.AddSingleton(provider => new MessageArchive(provider.GetRequiredService<IEventLog>(), options.MessageFingerprintsMax));
        services.AddSingleton((configuration.GetSection("Cdp:Bulk").Get<BulkOptions>() ?? new BulkOptions()).Validated());
        services.AddSingleton<BulkWatches>();
        services.AddSingleton<BulkLoader>();
        services.AddSingleton<EarlierDue>();
        services.AddSingleton<BulkAdoption>();
        services.AddSingleton<DefinitionPreview>();
        services.AddSingleton<IdentityServices>();
        services.AddSingleton(new AliasCache(options.AliasCacheEntriesMax));
        services.AddSingleton(provider => new IngestGate(options.EventsUnderWayMax, options.IngestDelayMax, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<GrainsReference>();
        services.AddSingleton<IGrains>(provider => provider.GetRequiredService<GrainsReference>());
        services.AddSingleton<INodeIdentities>(provider => provider.GetRequiredService<GrainsReference>());
        services.AddSingleton<Joiner>();
        services.AddSingleton<IdentityResolver>();
        services.AddSingleton<MergeRecovery>();
        services.AddSingleton<Backfill>();
        services.AddTransient<DueTurns>();
        services.AddSingleton<DueClock>();
        services.AddSingleton<BackgroundWork>();
        services.AddSingleton<SegmentRecounts>();
        services.AddSingleton<GrainFactory>();
        services.AddSingleton<IIngest, IngestRouter>();
        return services;
    }

    private static TransitionOptions TransitionsOf(IConfiguration configuration)
    {
        var options = configuration.GetSection("Cdp:Transitions").Get<TransitionOptions>() ?? new TransitionOptions();
        if (options.KeptFor <= TimeSpan.Zero) throw new SettingException($"Cdp:Transitions:KeptFor is {options.KeptFor}; set more than zero, e.g. 7.00:00:00.");
        if (options.PerSegmentMax < 1) throw new SettingException($"Cdp:Transitions:PerSegmentMax is {options.PerSegmentMax}; set at least 1.");
        return options;
    }
}
