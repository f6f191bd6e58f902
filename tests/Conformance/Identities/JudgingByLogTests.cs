using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Identities;

/// <summary>People with more events in a window than are kept: what only the log can tell is told exactly.</summary>
public sealed class JudgingByLogTests : IAsyncLifetime
{
    private const int Batch = 700;
    private const int Batches = 6;
    private const int Events = Batch * Batches;

    private static readonly Identifier Ann = new(IdentifierKind.UserId, "ann");

    private Stores stores = null!;
    private Lane lane = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stores = Stores.Open();
        lane = new Lane(await stores.SettingsAsync("judging"));
        await lane.OpenAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        stores.Dispose();
    }

    [Fact]
    public async Task A_sum_over_more_events_than_are_kept_is_exact_at_every_event_and_at_its_flip()
    {
        Assert.True(Events > SegmentLimits.ItemsMax + 10);
        var all = await SaveAsync($$"""{"event":"Visit","within":"30d","aggregate":{"fn":"sum","property":"v","operator":"eq","value":{{Events}} } }""");
        var more = await SaveAsync($$"""{"event":"Visit","within":"30d","aggregate":{"fn":"sum","property":"v","operator":"gt","value":{{Events}} } }""");
        var id = default(IdentityId);
        var start = lane.Clock.Now;
        for (var i = 0; i < Batches; i++) id = await SendAsync(Batch);
        Assert.Equal([all], await SegmentsAsync(id));
        Assert.True((await lane.House.Grains.Identity(id).MatchesAsync(Tree($$"""{"event":"*","within":"30d","aggregate":{"fn":"distinct","property":"n","operator":"eq","value":{{Batch}} } }"""), Cancelled)).Matches);

        await SendAsync(1);
        Assert.Equal([more], await SegmentsAsync(id));
        var explained = (await lane.House.Grains.Identity(id).ExplainAsync(more, (await lane.House.Grains.Catalog.GetAsync(more, Cancelled))!.Definition, Cancelled)).Explanation!;
        Assert.Equal((true, Events + 1m), (explained.Root.Holds, explained.Root.Value));
        Assert.Equal(start.AddDays(30).AddMicroseconds(1), explained.Root.Until);

        // The first batch is out of the window a microsecond after its end.
        lane.Clock.Advance(start.AddDays(30) - lane.Clock.Now);
        await lane.House.WakeDueAsync(lane.Clock.Now, Cancelled);
        Assert.Equal([more], await SegmentsAsync(id));
        lane.Clock.Advance(TimeSpan.FromMicroseconds(1));
        await lane.House.WakeDueAsync(lane.Clock.Now, Cancelled);
        Assert.Empty(await SegmentsAsync(id));
    }

    [Fact]
    public async Task A_sum_over_more_events_than_are_kept_is_exact_without_those_that_retention_removes()
    {
        const int Old = 10;
        var before = await SaveAsync($$"""{"event":"Visit","within":"30d","aggregate":{"fn":"sum","property":"v","operator":"eq","value":{{Old + Events}} } }""");
        var after = await SaveAsync($$"""{"event":"Visit","within":"30d","aggregate":{"fn":"sum","property":"v","operator":"eq","value":{{Events}} } }""");
        var id = await SendAsync(Old, "old");
        for (var i = 0; i < Batches; i++) await SendAsync(Batch);
        Assert.Equal([before], await SegmentsAsync(id));

        // They are in the log still while she is judged without them.
        Assert.Equal(Old, await lane.House.Retention.SweepAsync([new SourceCutoff("old", lane.Clock.Now)], 0, Cancelled));

        Assert.Equal([after], await SegmentsAsync(id));
    }

    private static SegmentNode Tree(string filter)
    {
        using var document = JsonDocument.Parse(filter);
        return FilterReader.ReadTrusted(document.RootElement);
    }

    private async Task<SegmentId> SaveAsync(string filter) =>
        (await lane.House.Grains.Catalog.SaveAsync(new SaveSegment(null, filter, null, Tree(filter)), Cancelled)).Saved!.Id;

    private async Task<SegmentId[]> SegmentsAsync(IdentityId id) =>
        [.. (await lane.House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!.Segments
            .Select(membership => membership.Segment)
            .Where(segment => !lane.House.Watched.ContainsKey(segment))];

    private async Task<IdentityId> SendAsync(int events, string source = "test")
    {
        var now = lane.Clock.Now;
        var outcomes = await lane.House.Ingest.IngestAsync(
            [
                .. Enumerable.Range(0, events).Select(i => new Event
                {
                    Type = EventType.Track,
                    Name = "Visit",
                    Identifiers = [Ann],
                    Timestamp = now,
                    ReceivedAt = now,
                    Source = source,
                    Properties = Encoding.UTF8.GetBytes($$"""{"v":1,"n":{{i}}}"""),
                }),
            ],
            Cancelled);
        lane.Clock.Advance(TimeSpan.FromMinutes(1));
        return outcomes[0].Identity;
    }
}
