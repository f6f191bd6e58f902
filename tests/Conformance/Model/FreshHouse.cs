using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What tests stand on that each need a house with nobody in it.</summary>
public abstract class FreshHouse : IAsyncLifetime
{
    private protected static readonly MergeCause OnRequest = new(MergeReason.Request, [], null);

    private protected Lane lane = null!;

    private Stores stores = null!;

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected House House => lane.House;

    public async ValueTask InitializeAsync()
    {
        stores = Stores.Open();
        lane = new Lane(await stores.SettingsAsync("house"));
        await lane.OpenAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        stores.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An order of now by whoever has these identifiers.</summary>
    private protected Event Event(string? messageId, params Identifier[] identifiers) => new()
    {
        Type = EventType.Track,
        Name = "Order",
        Identifiers = identifiers,
        MessageId = messageId,
        Timestamp = lane.Clock.Now,
        ReceivedAt = lane.Clock.Now,
        Source = "test",
        Properties = "{}"u8.ToArray(),
    };
}
