using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Api.Local;

/// <summary>The embedded host: every grain lives in this process, one mailbox each.</summary>
internal sealed class LocalGrains : IGrains, INodeIdentities
{
    private readonly GrainDirectory<IdentityId, IdentityGrain> identities;
    private readonly GrainDirectory<Identifier, AliasGrain> aliases;
    private readonly GrainDirectory<SegmentId, SegmentGrain> segments;
    private readonly GrainDirectory<int, ExplicitMergeGrain> explicitMerges;
    private readonly GrainDirectory<int, CatalogGrain> catalogs;

    public LocalGrains(GrainFactory factory, LocalHostOptions options, TimeProvider clock)
    {
        var singleton = new GrainLimits(int.MaxValue, TimeSpan.FromDays(36_500), options.WaitingCallsMax);
        identities = new(factory.Identity, grain => grain.Deactivate(), new(options.ActiveIdentitiesMax, options.IdentityIdleFor, options.WaitingCallsMax), clock);
        aliases = new(factory.Alias, _ => { }, new(options.ActiveAliasesMax, options.AliasIdleFor, options.WaitingCallsMax), clock);
        segments = new(factory.Segment, _ => { }, singleton, clock);
        explicitMerges = new(_ => factory.ExplicitMerges(), _ => { }, singleton, clock);
        catalogs = new(_ => factory.Catalog(), _ => { }, singleton, clock);
        ExplicitMerges = new LocalExplicitMerges(explicitMerges);
        Catalog = new LocalCatalog(catalogs);
    }

    public IExplicitMergeGrain ExplicitMerges { get; }

    public ICatalogGrain Catalog { get; }

    /// <summary>Active identities, for metrics.</summary>
    public int ActiveIdentities => identities.Count;

    /// <summary>Active aliases, for metrics.</summary>
    public int ActiveAliases => aliases.Count;

    public IIdentityGrain Identity(IdentityId id) => new LocalIdentity(identities, id);

    public IAliasGrain Alias(Identifier identifier) => new LocalAlias(aliases, identifier);

    public ISegmentGrain Segment(SegmentId id) => new LocalSegment(segments, id);

    public Person? Peek(IdentityId id) => identities.Find(id)?.Peek();

    public Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken) => identities.CallBrieflyAsync(
        loaded.Person.Own.Id,
        static (grain, loaded, token) => grain.AdoptAsync(loaded, token),
        loaded,
        static grain => grain.Peek() is null,
        cancellationToken).AsTask();

    public void Sweep()
    {
        identities.Sweep();
        aliases.Sweep();
    }

    /// <summary>Lets every identity leave its snapshot.</summary>
    public void Stop() => identities.Clear();
}
