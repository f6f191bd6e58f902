using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Feed;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Http;
using CdpPipeline.Api.Local;
using CdpPipeline.Api.Metrics;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Silo.Feed;
using CdpPipeline.Silo.Logs;
using CdpPipeline.Silo.Membership;
using CdpPipeline.Silo.Streams;
using CdpPipeline.Silo.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Nodes;

/// <summary>A node of a cluster: its grains are those of all nodes, each active on one of them.</summary>
internal sealed class ClusterGrainHost(ClusterSettings settings, NodeIdentity identity, ClusterMembershipStream stream) : IGrainHost
{
    public IMembershipStream Stream => stream;

    public bool ServesApi => settings.ServesApi;

    /// <summary>Reads the settings; a cluster stands on PostgreSQL.</summary>
    /// <exception cref="SettingException">A setting can't work.</exception>
    public static ClusterGrainHost Of(IConfiguration configuration, ILoggerFactory loggers)
    {
        if (StoreChoice.Of(configuration) != StoreChoice.Postgres)
            throw new SettingException("Cdp:ConnectionString is not set; nodes of a cluster share a PostgreSQL database, e.g. Host=localhost;Database=cdp;Username=cdp.");
        var settings = (configuration.GetSection(ClusterSettings.Section).Get<ClusterSettings>() ?? new ClusterSettings()).Validated();
        var identity = NodeIdentity.Of(settings);

        // The others fence its writers by the name that they know it by.
        configuration["Cdp:Postgres:Node"] = identity.Name;
        return new ClusterGrainHost(settings, identity, new ClusterMembershipStream(new DiscreetLoggers(loggers).CreateLogger<ClusterMembershipStream>()));
    }

    public void AddTo(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddGrains(builder.Configuration);
        services.AddSingleton(settings);
        services.AddSingleton(identity);
        services.AddSingleton(stream);
        services.AddSingleton(provider => new ActiveIdentities(provider.GetRequiredService<LocalHostOptions>().ActiveIdentitiesMax));
        services.AddSingleton(provider => new ActiveAliases(provider.GetRequiredService<LocalHostOptions>().ActiveAliasesMax));
        services.AddSingleton<AdoptionTickets>();
        services.AddSingleton<NodeCounts>();
        services.AddSingleton<INodeActivity>(provider => provider.GetRequiredService<NodeCounts>());
        services.AddSingleton<OrleansGrains>();
        services.AddMessages();
        services.KeepLogsDiscreet();
        services.AddSingleton<INodeShare, ClusterShare>();
        services.AddSingleton<MemberWatch>();
        services.AddSingleton<IFaultMeaning, ClusterFaults>();
        services.AddSingleton<NodeStanding>();
        services.AddSingleton<IStanding>(provider => provider.GetRequiredService<NodeStanding>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SilentMembers>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SnapshotWriting>();
        services.AddSingleton<FeedGuests>();
        services.AddSingleton<IFeedReach, FeedReach>();
        builder.UseOrleans(silo => silo.AddNode(settings, identity, builder.Configuration));
        services.AddHostedService<ClusterNode>();
    }

    public void Bind(GrainsReference reference, IServiceProvider services) => reference.Bind(services.GetRequiredService<OrleansGrains>());
}
