using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Retention;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Silo.Tests;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>
/// Three silos in one process on one PostgreSQL database, in the place of the embedded host's house: whatever a test asks for goes through another
/// node each time. Recovery and due times happen when a test asks for them.
/// </summary>
internal sealed class House : IAsyncDisposable
{
    private static readonly TimeSpan RestMax = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<TestNode> nodes;
    private int turn;
    private bool isOpen = true;

    private House(IReadOnlyList<TestNode> nodes)
    {
        this.nodes = nodes;
        Grains = new HouseGrains(nodes);
        Ingest = new HouseIngest(nodes);
    }

    /// <summary>How many processes it stands for.</summary>
    public static int Processes => 3;

    public IEventLog Log => nodes[0].Get<IEventLog>();

    public IIdentityIndex Index => nodes[0].Get<IIdentityIndex>();

    public IMembershipIndex Memberships => nodes[0].Get<IMembershipIndex>();

    public IMembershipTransitions Transitions => nodes[0].Get<IMembershipTransitions>();

    public IDocumentStore Documents => nodes[0].Get<IDocumentStore>();

    public IErasures Erasures => nodes[0].Get<IErasures>();

    public HouseGrains Grains { get; }

    public IIngest Ingest { get; }

    public IdentityResolver Resolver => Next.Get<IdentityResolver>();

    public Joiner Joiner => Next.Get<Joiner>();

    public MergeRecovery Recovery => Next.Get<MergeRecovery>();

    public Eraser Eraser => Next.Get<Eraser>();

    public ErasureRecovery ErasureRecovery => Next.Get<ErasureRecovery>();

    public DefinitionPreview Preview => Next.Get<DefinitionPreview>();

    public RetentionSweep Retention => Next.Get<RetentionSweep>();

    public SegmentCatalog Catalog => nodes[0].Get<CatalogView>().Current;

    /// <summary>What is watched in every history, by the id under which it was saved.</summary>
    public IReadOnlyDictionary<SegmentId, WatchedSegment> Watched { get; private set; } = new Dictionary<SegmentId, WatchedSegment>();

    private TestNode Next => nodes[(int)((uint)Interlocked.Increment(ref turn) % Processes)];

    /// <summary>Starts the silos one after the other, on the database of the settings.</summary>
    public static async Task<House> OpenAsync(
        IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider clock, CancellationToken cancellationToken, bool recovers = true, bool watches = true)
    {
        var all = new Dictionary<string, string?>(settings);
        var nodes = new List<TestNode>();
        for (var i = 0; i < Processes; i++) nodes.Add(await TestNode.StartAsync(all, clock, cancellationToken));
        var house = new House(nodes);
        await house.ComputeAsync(cancellationToken);
        if (watches) await house.WatchAsync(cancellationToken);
        else await house.Grains.Catalog.ListAsync(cancellationToken);
        if (recovers) await house.Recovery.CompleteAsync(cancellationToken);
        return house;
    }

    /// <summary>Wakes whoever is due by now, as the due clock does.</summary>
    public async Task WakeDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var round = 0; await Index.DueAsync(now, 1_000, cancellationToken) is { Count: > 0 } due; round++)
        {
            if (round == 100) throw new InvalidOperationException($"{due[0].Id} is due at {due[0].At:O} again and again.");
            foreach (var identity in due) await Grains.Identity(identity.Id).ReevaluateAsync(0, cancellationToken);
        }
    }

    /// <summary>Lets everything come to rest and stops: each live count must then equal its rows.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var (segment, watched) in Watched)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (await Grains.Segment(segment).AuditAsync(cancellationToken) is var audit && audit.Counter != audit.Rows)
            {
                if (TimeProvider.System.GetElapsedTime(began) > RestMax)
                    throw new InvalidOperationException($"Segment {watched.Name} counts {audit.Counter} members and has {audit.Rows}.");
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }

        isOpen = false;
        foreach (var node in nodes) await node.StopAsync();
    }

    /// <summary>Stops as a crash would: the store is gone at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!isOpen) return;
        isOpen = false;
        await Task.WhenAll(nodes.Select(node => node.CrashAsync()));
    }

    /// <summary>Another due clock of a node, with a share of its own.</summary>
    public DueClock NewDueClock(INodeShare share) => Next.Create<DueClock>(share);

    /// <summary>It runs on the node where the catalog is active.</summary>
    public void StartBackfill()
    {
        foreach (var node in nodes) node.Get<Backfill>().Start();
    }

    /// <summary>Each node wakes its share.</summary>
    public void StartDueClock()
    {
        foreach (var node in nodes) node.Get<DueClock>().Start();
    }

    /// <summary>Runs the backfill until every definition is live.</summary>
    public async Task BackfillAsync(CancellationToken cancellationToken)
    {
        StartBackfill();
        await Eventually.HoldsAsync(async () => (await Grains.Catalog.ListAsync(cancellationToken)).All(segment => segment.IsLive), "all segments are live", cancellationToken);
    }

    /// <summary>The same: here the backfill goes on once it was started.</summary>
    public Task FillAsync(CancellationToken cancellationToken) => BackfillAsync(cancellationToken);

    /// <summary>Saves a segment, and lets every node know it.</summary>
    public async Task<SaveAnswer> SaveAsync(SaveSegment segment, CancellationToken cancellationToken)
    {
        var answer = await Grains.Catalog.SaveAsync(segment, cancellationToken);
        await FollowAsync(cancellationToken);
        return answer;
    }

    /// <summary>Saves what is watched unless it is there.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        var saved = await Grains.Catalog.ListAsync(cancellationToken);
        if (saved.Count == 0)
        {
            foreach (var watched in WatchedSegment.All) await Grains.Catalog.SaveAsync(new SaveSegment(null, watched.Name, null, watched.Definition), cancellationToken);
            saved = await Grains.Catalog.ListAsync(cancellationToken);
        }

        await FollowAsync(cancellationToken);
        Watched = saved.ToDictionary(segment => segment.Id, segment => WatchedSegment.All.Single(watched => watched.Name == segment.Name));
        foreach (var segment in saved) await Grains.Segment(segment.Id).CountAsync(cancellationToken);
    }

    private async Task ComputeAsync(CancellationToken cancellationToken)
    {
        if ((await Grains.Catalog.ListTraitsAsync(cancellationToken)).Count == 0)
        {
            foreach (var watched in WatchedTrait.All) await Grains.Catalog.SaveTraitAsync(new SaveTrait(null, watched.Definition, null), cancellationToken);
        }

        await FollowAsync(cancellationToken);
    }

    /// <summary>What was saved through one node the others hear of a little later by themselves, and here at once.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        foreach (var node in nodes) await node.Get<CatalogRefresh>().FollowAsync(cancellationToken);
    }
}
