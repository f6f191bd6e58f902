using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What tests stand on that each need a house with nobody in it, on SQLite files of its own that go with the test.</summary>
public abstract class FreshHouse : IAsyncLifetime
{
    private protected static readonly MergeCause OnRequest = new(MergeReason.Request, [], null);

    private protected readonly Lane lane;

    private readonly TemporaryFolder folder = new();

    private protected FreshHouse() => lane = new Lane(folder.Settings("house"));

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected House House => lane.House;

    public async ValueTask InitializeAsync() => await lane.OpenAsync(Cancelled);

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        folder.Dispose();
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
