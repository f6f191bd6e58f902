using System.Collections.Concurrent;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Local;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Segments;

/// <summary>A host's grains, of which some segments cannot be asked for their counts or do not answer, as where a node is away. Safe for concurrent use.</summary>
internal sealed class FailingSegments(IGrains grains, INodeIdentities identities) : IGrains, INodeIdentities
{
    private readonly ConcurrentDictionary<SegmentId, TaskCompletionSource> held = new();
    private readonly ConcurrentDictionary<SegmentId, bool> away = new();
    private int under;
    private int most;

    /// <summary>How many counts were asked for at once at most.</summary>
    public int AskedAtOnceMost => Volatile.Read(ref most);

    public IExplicitMergeGrain ExplicitMerges => grains.ExplicitMerges;

    public ICatalogGrain Catalog => grains.Catalog;

    public IIdentityGrain Identity(IdentityId id) => grains.Identity(id);

    public IAliasGrain Alias(Identifier identifier) => grains.Alias(identifier);

    public ISegmentGrain Segment(SegmentId id) => new FailingSegment(this, id);

    public Person? Peek(IdentityId id) => identities.Peek(id);

    public Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken) => identities.AdoptAsync(loaded, cancellationToken);

    /// <summary>Has the host reach its grains through these from now on.</summary>
    public static FailingSegments PutInto(IServiceProvider host)
    {
        var own = host.GetRequiredService<LocalGrains>();
        var failing = new FailingSegments(own, own);
        host.GetRequiredService<GrainsReference>().Bind(failing);
        return failing;
    }

    /// <summary>From now on nobody who asks for the segment's count gets an answer.</summary>
    public void Hold(SegmentId id) => held[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on whoever asks for the segment's count is told that it is away.</summary>
    public void Fail(SegmentId id) => away[id] = true;

    public void Release(SegmentId id)
    {
        away.TryRemove(id, out _);
        if (held.TryRemove(id, out var holding)) holding.SetResult();
    }

    private ISegmentGrain GrainOf(SegmentId id) => grains.Segment(id);

    private async ValueTask<SegmentCount> CountAsync(SegmentId id, CancellationToken cancellationToken)
    {
        var now = Interlocked.Increment(ref under);
        for (var known = most; now > known && Interlocked.CompareExchange(ref most, now, known) != known; known = most)
        {
        }

        try
        {
            if (away.ContainsKey(id)) throw new StoreUnavailableException("The segment is away.");
            if (held.TryGetValue(id, out var holding)) await holding.Task.WaitAsync(cancellationToken);
            return await grains.Segment(id).CountAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref under);
        }
    }

    private sealed class FailingSegment(FailingSegments all, SegmentId id) : ISegmentGrain
    {
        private readonly ISegmentGrain grain = all.GrainOf(id);

        public ValueTask<SegmentCount> CountAsync(CancellationToken cancellationToken) => all.CountAsync(id, cancellationToken);

        public ValueTask ApplyAsync(MembershipDelta delta, CancellationToken cancellationToken) => grain.ApplyAsync(delta, cancellationToken);

        public Task RecountAsync(CancellationToken cancellationToken) => grain.RecountAsync(cancellationToken);

        public Task<SegmentAudit> AuditAsync(CancellationToken cancellationToken) => grain.AuditAsync(cancellationToken);
    }
}
