using System.Net;
using CdpPipeline.Api.Local;
using CdpPipeline.Silo.Feed;
using CdpPipeline.Silo.Membership;
using CdpPipeline.Silo.Shells;
using CdpPipeline.Silo.Streams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Streams;

namespace CdpPipeline.Silo.Nodes;

/// <summary>Sets a silo up as a node: its place in the cluster, its bounds, its streams.</summary>
internal static class SiloComposition
{
    public static void AddNode(this ISiloBuilder silo, ClusterSettings settings, NodeIdentity identity, IConfiguration configuration)
    {
        silo.Services.AddSingleton<IMembershipTable, PostgresMembershipTable>();
        silo.Services.AddSingleton(_ => new MembershipDatabase(configuration["Cdp:ConnectionString"]!));
        silo.Configure<SiloOptions>(options => options.SiloName = identity.Name);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        silo.Configure<EndpointOptions>(options => Place(options, settings, identity));
        silo.Configure<ClusterMembershipOptions>(options => Watch(options, settings));
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = settings.CallTimeout;
            options.MaxEnqueuedRequestsHardLimit = Limits(configuration).WaitingCallsMax;

            // Who is let go while calls wait for her is active anew for the next one, and may be let go again: a call follows her for as long as that is likely.
            options.MaxForwardCount = 16;
        });
        silo.Configure<GrainCollectionOptions>(options => Collect(options, Limits(configuration)));
        silo.AddGrainService<FeedService>();
        silo.AddMemoryStreams(ClusterMembershipStream.Provider, stream =>
        {
            // Who hears of a segment's members is known from its grain's type: nothing is stored about it.
            stream.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            stream.ConfigurePartitioning(settings.StreamQueues);
            stream.ConfigurePullingAgent(agent => agent.Configure(options =>
            {
                options.GetQueueMsgsTimerPeriod = settings.StreamPeriod;
                options.BatchContainerBatchSize = 64;
            }));
        });
        silo.ConfigureLogging(logging => logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning));
    }

    private static LocalHostOptions Limits(IConfiguration configuration) => configuration.GetSection("Cdp:Local").Get<LocalHostOptions>() ?? new LocalHostOptions();

    private static void Place(EndpointOptions options, ClusterSettings settings, NodeIdentity identity)
    {
        options.AdvertisedIPAddress = identity.Address;
        options.SiloPort = settings.Port;
        options.SiloListeningEndpoint = new IPEndPoint(settings.ListenAddress is { } listen ? IPAddress.Parse(listen) : identity.Address, settings.Port);

        // Nobody but nodes reaches grains.
        options.GatewayPort = 0;
    }

    private static void Watch(ClusterMembershipOptions options, ClusterSettings settings)
    {
        // By default a probe may take four times as long, and a node that hangs would be a member for so much longer.
        options.ProbeTimeout = settings.ProbePeriod;
        options.MaxProbeTimeout = settings.ProbePeriod;
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);

        // A node that starts waits for a sign of life of each member.
        options.IAmAliveTablePublishTimeout = settings.ProbePeriod / 2;
        options.NumMissedTableIAmAliveLimit = 2 * SilentMembers.PeriodsMax;
    }

    private static void Collect(GrainCollectionOptions options, LocalHostOptions limits)
    {
        options.CollectionQuantum = TimeSpan.FromSeconds(10);
        options.ClassSpecificCollectionAge[typeof(IdentityShell).FullName!] = Longest(limits.IdentityIdleFor);
        options.ClassSpecificCollectionAge[typeof(AliasShell).FullName!] = Longest(limits.AliasIdleFor);
        options.ClassSpecificCollectionAge[typeof(SegmentShell).FullName!] = TimeSpan.FromHours(6);

        // An age must be longer than the pause between two looks.
        TimeSpan Longest(TimeSpan age) => age > options.CollectionQuantum ? age : options.CollectionQuantum + TimeSpan.FromSeconds(1);
    }
}
