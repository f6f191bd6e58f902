using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>A store with people who order, each known by her number, and small pages, so that many are several pages.</summary>
internal sealed class OrderingPeople : IAsyncDisposable
{
    private readonly Stores stores;
    private readonly Dictionary<int, IdentityId> ids = [];

    private OrderingPeople(Stores stores, Lane lane)
    {
        this.stores = stores;
        Lane = lane;
    }

    public Lane Lane { get; }

    public House House => Lane.House;

    public IReadOnlyDictionary<int, IdentityId> Ids => ids;

    public static async Task<OrderingPeople> OpenAsync(CancellationToken cancellationToken)
    {
        var stores = Stores.Open();
        var people = new OrderingPeople(stores, new Lane(new Dictionary<string, string?>(await stores.SettingsAsync("people")) { ["Cdp:Bulk:PageSize"] = "4" }));
        await people.Lane.OpenAsync(cancellationToken, watches: false);
        return people;
    }

    public async Task OrderAsync(int person, int total, TimeSpan ago, CancellationToken cancellationToken)
    {
        var e = new Event
        {
            Type = EventType.Track,
            Name = "Order",
            Identifiers = [new Identifier(IdentifierKind.UserId, $"u{person}")],
            Timestamp = Lane.Clock.Now - ago,
            ReceivedAt = Lane.Clock.Now,
            Source = "test",
            Properties = Encoding.UTF8.GetBytes($$"""{"total":{{total}}}"""),
        };
        ids[person] = (await House.Ingest.IngestAsync([e], cancellationToken))[0].Identity;
    }

    public async Task<SegmentId> SaveAsync(string filter, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(filter);
        return (await House.Grains.Catalog.SaveAsync(new SaveSegment(null, "s", null, FilterReader.ReadTrusted(json.RootElement)), cancellationToken)).Saved!.Id;
    }

    public async Task<IReadOnlyList<IdentityId>> MembersAsync(SegmentId segment, CancellationToken cancellationToken) =>
        [.. (await House.Memberships.ListAsync(segment, 0, 1_000, cancellationToken)).Select(member => member.Id).Order()];

    public async ValueTask DisposeAsync()
    {
        await Lane.DisposeAsync();
        stores.Dispose();
    }
}
