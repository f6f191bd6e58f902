using CdpPipeline.Api.Segments;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Silo.Shells;

namespace CdpPipeline.Silo.Nodes;

/// <summary>The cluster's grains as this node reaches them, and the identities that are active on it.</summary>
internal sealed class OrleansGrains(IGrainFactory factory, ActiveIdentities active, AdoptionTickets tickets, ChangedSegments changed) : IGrains, INodeIdentities
{
    // Orleans holds an observer weakly.
    private readonly NodeWatcher watcher = new(changed);
    private INodeWatcher? reference;

    public IExplicitMergeGrain ExplicitMerges => factory.GetGrain<IExplicitMergeShell>(0);

    public ICatalogGrain Catalog => factory.GetGrain<ICatalogShell>(0);

    public IIdentityGrain Identity(IdentityId id) => factory.GetGrain<IIdentityShell>(id.Value);

    public IAliasGrain Alias(Identifier identifier) => new KeyedAliasGrain(factory.GetGrain<IAliasShell>(AliasKey.Of(identifier)), identifier);

    public ISegmentGrain Segment(SegmentId id) =>
        new WatchedSegmentGrain(factory.GetGrain<ISegmentShell>(id.Value), reference ??= factory.CreateObjectReference<INodeWatcher>(watcher));

    public Person? Peek(IdentityId id) => active.Peek(id);

    public async Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken)
    {
        var ticket = tickets.Open(loaded);
        try
        {
            await factory.GetGrain<IIdentityShell>(loaded.Person.Own.Id.Value).AdoptAsync(tickets.Node, ticket, loaded.Catalog.Version, cancellationToken);
        }
        finally
        {
            tickets.Close(ticket);
        }
    }
}
