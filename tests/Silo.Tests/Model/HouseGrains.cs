using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Silo.Nodes;
using CdpPipeline.Silo.Tests;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>The cluster's grains, reached through another node each time.</summary>
internal sealed class HouseGrains(IReadOnlyList<TestNode> nodes) : IGrains
{
    private static readonly TimeSpan GoingMax = TimeSpan.FromSeconds(1);

    private int turn;

    public IExplicitMergeGrain ExplicitMerges => Next.ExplicitMerges;

    public ICatalogGrain Catalog => Next.Catalog;

    private OrleansGrains Next => nodes[(int)((uint)Interlocked.Increment(ref turn) % (uint)nodes.Count)].Get<OrleansGrains>();

    public IIdentityGrain Identity(IdentityId id) => Next.Identity(id);

    public IAliasGrain Alias(Identifier identifier) => Next.Alias(identifier);

    public ISegmentGrain Segment(SegmentId id) => Next.Segment(id);

    public Person? Peek(IdentityId id) => nodes.Select(node => node.Get<OrleansGrains>().Peek(id)).FirstOrDefault(person => person is not null);

    public Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken) => Next.AdoptAsync(loaded, cancellationToken);

    /// <summary>Has every node let go of everybody who is in its memory, and waits a moment for them to go; somebody may come back meanwhile.</summary>
    public void Stop()
    {
        foreach (var node in nodes) node.Get<ActiveIdentities>().Clear();
        SpinWait.SpinUntil(() => nodes.All(node => node.Get<ActiveIdentities>().Count == 0), GoingMax);
    }
}
