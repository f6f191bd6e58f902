using CdpPipeline.Api.Hosting;
using CdpPipeline.Grains.Sharing;
using CdpPipeline.Silo.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Streams;

namespace CdpPipeline.Silo.Nodes;

/// <summary>
/// Starts what runs on a node beside requests once it is a member and before the first request is served, and stops it in reverse before it leaves.
/// </summary>
internal sealed class ClusterNode(
    IServiceProvider services,
    OrleansGrains grains,
    ActiveIdentities identities,
    ActiveAliases aliases,
    ClusterMembershipStream stream,
    DocumentWatch documents,
    MemberWatch members,
    NodeStanding standing,
    BackgroundWork work) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        stream.Start(services.GetRequiredKeyedService<IStreamProvider>(ClusterMembershipStream.Provider), grains.Segment);
        await work.StartAsync(() => ReadyAsync(cancellationToken), Sweep, cancellationToken);
        members.Start();
        standing.Start();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await members.DisposeAsync();
        await work.StopAsync();
        await stream.DisposeAsync();
    }

    private void Sweep()
    {
        identities.Sweep();
        aliases.Sweep();
    }

    // The definitions must be known here; and somewhere in the cluster the catalog must be awake.
    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await documents.LookAsync(cancellationToken);
        await grains.Catalog.ListAsync(cancellationToken);
    }
}
