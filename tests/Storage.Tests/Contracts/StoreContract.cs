using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>What every contract stands on: an open store on an empty database, and short ways to write to it.</summary>
public abstract class StoreContract(IStoreFixture fixture) : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private StoreUnderTest? store;

    protected StoreUnderTest Store => store!;

    protected IEventLog Log => Store.Events;

    protected IStoreFixture Fixture => fixture;

    protected RecordedStream Stream { get; } = new();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fixture.SkipReason is not null, fixture.SkipReason ?? string.Empty);
        await fixture.RenewAsync();
        store = await fixture.OpenAsync(Stream, Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static Identifier UserId(string value) => new(IdentifierKind.UserId, value);

    protected static Identifier Email(string value) => new(IdentifierKind.Email, value);

    protected static Event Track(string name, DateTimeOffset at, string? messageId = null, params Identifier[] identifiers) => new()
    {
        Type = EventType.Track,
        Name = name,
        Identifiers = identifiers.Length > 0 ? identifiers : [UserId("u")],
        MessageId = messageId,
        Timestamp = at,
        ReceivedAt = Noon.AddDays(1),
        Source = "site",
        Properties = Encoding.UTF8.GetBytes("""{"a":1}"""),
    };

    protected static EventEntry Entry(long component, long seq, Event e) => new(component, seq, e);

    protected static EventEntry Entry(long component, long seq) => Entry(component, seq, Track("Viewed", Noon.AddSeconds(seq)));

    protected async Task<NewIdentity> NewAsync() => new(await Log.NewKeyAsync(Token), new IdentityId(Guid.CreateVersion7()), Noon);

    /// <summary>An identity that is in the store, with an empty log, owning the identifiers.</summary>
    protected async Task<NewIdentity> CreateAsync(params Identifier[] identifiers)
    {
        var created = await NewAsync();
        await CommitAsync(new Append { Created = [created], Entries = [], Claims = [.. identifiers.Select(identifier => new Claim(identifier, created.Key, Noon))] });
        return created;
    }

    protected async Task CommitAsync(Append append) => Assert.IsType<Committed>(await Log.AppendAsync(append, Token));

    protected Task CommitAsync(params LogEntry[] entries) => CommitAsync(new Append { Entries = entries });

    /// <summary>Keeps a set for a segment; the first of a segment is shown.</summary>
    protected Task KeepAsync(SegmentId set, SegmentId? of = null) =>
        ChangeCatalogAsync(write => write with { Sets = [new MembershipSet(set, of ?? set, """{"and":[]}""", 1) { IsShown = of is null }] });

    /// <summary>Changes the catalog as it is now.</summary>
    protected async Task ChangeCatalogAsync(Func<CatalogWrite, CatalogWrite> change) =>
        Assert.True(await Store.Catalog.WriteAsync(change(new CatalogWrite((await Store.Catalog.ReadAsync(Token)).Revision)), Token));

    /// <summary>Goes on with an empty database, in which something may be done before it is opened.</summary>
    protected async Task EmptyAsync(Func<Task>? before = null)
    {
        await Store.DisposeAsync();
        await fixture.RenewAsync();
        if (before is not null) await before();
        store = await fixture.OpenAsync(Stream, Token);
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        store = await fixture.OpenAsync(Stream, Token);
    }

    protected async Task<IReadOnlyList<LogEntry>> EntriesAsync(long key, long afterSeq = 0)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in Log.ReadAsync(key, afterSeq, Token)) entries.Add(entry);
        return entries;
    }
}
