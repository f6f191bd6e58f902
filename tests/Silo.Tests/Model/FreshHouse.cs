using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What tests stand on that each need a house with nobody in it.</summary>
public abstract class FreshHouse : IAsyncLifetime
{
    private protected static readonly MergeCause OnRequest = new(MergeReason.Request, [], null);

    private protected readonly Lane lane;

    private protected FreshHouse() => lane = new Lane(new TemporaryFolder().Settings("house"));

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected House House => lane.House;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        await lane.OpenAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
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
