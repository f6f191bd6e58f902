using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Local;
using CdpPipeline.Api.Segments;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Retention;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Sharing;
using CdpPipeline.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>
/// The embedded host as it is composed for real, over a real store, without its web side and without what it does by itself in the
/// background: here recovery and due times happen when a test asks for them.
/// </summary>
internal sealed class House : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly OpenStore store;
    private bool isOpen = true;

    private House(ServiceProvider services, OpenStore store)
    {
        this.services = services;
        this.store = store;
    }

    /// <summary>How many processes it stands for.</summary>
    public static int Processes => 1;

    public IEventLog Log => store.Events;

    public IIdentityIndex Index => store.Identities;

    public IMembershipIndex Memberships => store.Memberships;

    public IMembershipTransitions Transitions => store.Transitions;

    public LocalGrains Grains => services.GetRequiredService<LocalGrains>();

    public IIngest Ingest => services.GetRequiredService<IIngest>();

    public IdentityResolver Resolver => services.GetRequiredService<IdentityResolver>();

    public Joiner Joiner => services.GetRequiredService<Joiner>();

    public MergeRecovery Recovery => services.GetRequiredService<MergeRecovery>();

    public Backfill Backfill => services.GetRequiredService<Backfill>();

    public DueClock DueClock => services.GetRequiredService<DueClock>();

    public BulkLoader Bulk => services.GetRequiredService<BulkLoader>();

    public BulkAdoption Adoption => services.GetRequiredService<BulkAdoption>();

    public BulkWatches Watches => services.GetRequiredService<BulkWatches>();

    public DefinitionPreview Preview => services.GetRequiredService<DefinitionPreview>();

    public IDocumentStore Documents => store.Documents;

    public IErasures Erasures => store.Erasures;

    public Eraser Eraser => services.GetRequiredService<Eraser>();

    public ErasureRecovery ErasureRecovery => services.GetRequiredService<ErasureRecovery>();

    public RetentionSweep Retention => services.GetRequiredService<RetentionSweep>();

    public IWriterFencing Fencing => store.Fencing;

    public DocumentWatch Watch => services.GetRequiredService<DocumentWatch>();

    public SegmentRecounts Recounts => services.GetRequiredService<SegmentRecounts>();

    public SegmentCatalog Catalog => services.GetRequiredService<CatalogView>().Current;

    /// <summary>What is watched in every history, by the id under which it was saved.</summary>
    public IReadOnlyDictionary<SegmentId, WatchedSegment> Watched { get; private set; } = new Dictionary<SegmentId, WatchedSegment>();

    /// <summary>Opens the store and completes what a crash left half merged, unless told to leave it.</summary>
    public static async Task<House> OpenAsync(
        IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider clock, CancellationToken cancellationToken, bool recovers = true, bool watches = true)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var stream = new LocalMembershipStream(new ChangedSegments(), NullLogger<LocalMembershipStream>.Instance);
        var store = await OpenStore.OpenAsync(configuration, stream, clock, NullLoggerFactory.Instance, cancellationToken);
        var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton(store.Events)
            .AddSingleton(store.Identities)
            .AddSingleton(store.Memberships)
            .AddSingleton(store.Transitions)
            .AddSingleton(store.Catalog)
            .AddSingleton(store.Documents)
            .AddSingleton(store.Erasures)
            .AddSingleton(store.Expiry)
            .AddSingleton(store.Fencing)
            .AddSingleton(stream)
            .AddSingleton<IMembershipStream>(stream)
            .AddSingleton<SourceRetentions>()
            .AddSingleton<IRetentionPeriods>(provider => provider.GetRequiredService<SourceRetentions>())
            .AddSingleton(clock)
            .AddLocalGrains(configuration)
            .BuildServiceProvider();
        var house = new House(services, store);
        services.GetRequiredService<GrainsReference>().Bind(house.Grains);
        stream.Start(house.Grains);
        services.GetRequiredService<SnapshotQueue>().Start();
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
        await DueClock.DisposeAsync();
        await Backfill.DisposeAsync();
        Grains.Stop();
        await services.GetRequiredService<SnapshotQueue>().DisposeAsync();
        await services.GetRequiredService<LocalMembershipStream>().DisposeAsync();
        foreach (var (segment, watched) in Watched)
        {
            var audit = await Grains.Segment(segment).AuditAsync(cancellationToken);
            if (audit.Counter != audit.Rows) throw new InvalidOperationException($"Segment {watched.Name} counts {audit.Counter} members and has {audit.Rows}.");
        }

        await DisposeAsync();
    }

    /// <summary>Stops as a crash would: nothing that was still to be written behind is written.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!isOpen) return;
        isOpen = false;
        await Recounts.DisposeAsync();
        await DueClock.DisposeAsync();
        await Backfill.DisposeAsync();
        await store.Lifetime.DisposeAsync();
        await services.DisposeAsync();
    }

    /// <summary>Another backfill of this house's people, with documents of its own.</summary>
    public Backfill NewBackfill(IDocumentStore documents) => ActivatorUtilities.CreateInstance<Backfill>(services, documents);

    /// <summary>Another due clock of this house's people, with a share of its own.</summary>
    public DueClock NewDueClock(INodeShare share) => ActivatorUtilities.CreateInstance<DueClock>(services, share);

    /// <summary>What is known of a source from now on.</summary>
    public void Keep(string source, int? days) =>
        services.GetRequiredService<SourceRetentions>().Replace([new KeyedSource(new Source(source, source) { RetentionDays = days }, [])], []);

    public void StartBackfill() => Backfill.Start();

    public void StartDueClock() => DueClock.Start();

    /// <summary>Runs the backfill until every definition is live.</summary>
    public async Task BackfillAsync(CancellationToken cancellationToken)
    {
        Backfill.Start();
        await Eventually.HoldsAsync(async () => (await Grains.Catalog.ListAsync(cancellationToken)).All(segment => segment.IsLive), "all segments are live", cancellationToken);
    }

    /// <summary>Has everybody judged by the definitions as they are, and nobody by those that come after.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await using var backfill = NewBackfill(Documents);
        backfill.Request(Catalog.Version);
        backfill.Start();
        await Eventually.HoldsAsync(async () => (await Grains.Catalog.ListAsync(cancellationToken)).All(segment => segment.IsLive), "all segments are live", cancellationToken);
    }

    public Task<SaveAnswer> SaveAsync(SaveSegment segment, CancellationToken cancellationToken) => Grains.Catalog.SaveAsync(segment, cancellationToken);

    /// <summary>Saves what is watched unless it is there.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        var saved = await Grains.Catalog.ListAsync(cancellationToken);
        if (saved.Count == 0)
        {
            foreach (var watched in WatchedSegment.All) await Grains.Catalog.SaveAsync(new SaveSegment(null, watched.Name, null, watched.Definition), cancellationToken);
            saved = await Grains.Catalog.ListAsync(cancellationToken);
        }

        Watched = saved.ToDictionary(segment => segment.Id, segment => WatchedSegment.All.Single(watched => watched.Name == segment.Name));
        foreach (var segment in saved) await Grains.Segment(segment.Id).CountAsync(cancellationToken);
    }

    private async Task ComputeAsync(CancellationToken cancellationToken)
    {
        if ((await Grains.Catalog.ListTraitsAsync(cancellationToken)).Count > 0) return;
        foreach (var watched in WatchedTrait.All) await Grains.Catalog.SaveTraitAsync(new SaveTrait(null, watched.Definition, null), cancellationToken);
    }
}
