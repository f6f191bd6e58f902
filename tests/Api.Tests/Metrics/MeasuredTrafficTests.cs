using System.Net;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Merging;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Metrics;

/// <summary>Known traffic through the whole host, and the numbers it must leave.</summary>
public sealed class MeasuredTrafficTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_and_call_is_counted_by_what_became_of_it()
    {
        await using var host = await ApiHost.StartAsync();
        await CallAsync(
            host,
            "/v1/batch",
            """
            {"writeKey":"wk_test","batch":[
              {"type":"track","userId":"a","event":"E","messageId":"1"},{"type":"track","userId":"a","event":"E","messageId":"1"},
              {"type":"track","userId":"b","event":"E","messageId":"2"},{"type":"track","event":"E"},{"type":"track","userId":"a"},7]}
            """,
            HttpStatusCode.OK);
        await host.IngestAsync("""{"userId":"a","event":"E","messageId":"3"}""");
        await CallAsync(host, "/v1/track", """{"writeKey":"wk_test","userId":"a"}""", HttpStatusCode.BadRequest);
        await CallAsync(host, "/v1/track", """{"writeKey":"unknown","userId":"a","event":"E"}""", HttpStatusCode.Unauthorized);
        await CallAsync(host, "/api/events", """{"writeKey":"wk_test","email":"nobody","type":"E"}""", HttpStatusCode.BadRequest);
        var source = (await host.PostAsync("/api/sources", """{"name":"Shop"}""", HttpStatusCode.Created)).GetProperty("id").GetString();

        var read = await host.ScrapeAsync();

        Assert.Equal(3, read["cdp_ingest_events_accepted_total{source=\"default\"}"]);
        Assert.Equal(1, read["cdp_ingest_events_duplicate_total{source=\"default\"}"]);
        Assert.Equal(1, read["cdp_ingest_events_rejected_total{reason=\"userId\",source=\"default\"}"]);
        Assert.Equal(2, read["cdp_ingest_events_rejected_total{reason=\"event\",source=\"default\"}"]);
        Assert.Equal(1, read["cdp_ingest_events_rejected_total{reason=\"body\",source=\"default\"}"]);
        Assert.Equal(1, read["cdp_ingest_events_rejected_total{reason=\"other\",source=\"default\"}"]);
        Assert.Equal(5, read.Sum("cdp_ingest_events_rejected_total"));
        Assert.False(read.Has($"cdp_ingest_events_accepted_total{{source=\"{source}\"}}"));
        Assert.Equal(0, read["cdp_ingest_events_under_way"]);
        Assert.Equal(2, read["cdp_identities_active"]);
        Assert.Equal(3, read["cdp_storage_group_appends_sum"]);
        Assert.InRange(read["cdp_storage_commit_duration_seconds_count"], 1, 3);
        Assert.Equal(0, read.Sum("cdp_storage_appends_failed_total") + read["cdp_storage_appends_waiting"]);
        Assert.True(read["cdp_alias_cache_hits_total"] >= 1 && read["cdp_alias_cache_misses_total"] >= 2);

        await host.UntilMetricAsync("cdp_ingest_request_duration_seconds_count{outcome=\"ok\"}", 2);
        await host.UntilMetricAsync("cdp_ingest_request_duration_seconds_count{outcome=\"invalid\"}", 2);
        await host.UntilMetricAsync("cdp_ingest_request_duration_seconds_count{outcome=\"denied\"}", 1);
        await host.UntilMetricAsync("cdp_ingest_bodies_held_bytes", 0);
    }

    [Fact]
    public async Task Merges_are_counted_once_each_however_they_came_about()
    {
        await using var host = await ApiHost.StartAsync();
        var ann = await host.IngestAsync("""{"userId":"ann","event":"E"}""");
        var bob = await host.IngestAsync("""{"userId":"bob","event":"E"}""");
        var cat = await host.IngestAsync("""{"userId":"cat","event":"E"}""");
        await host.IngestAsync("""{"anonymousId":"x","event":"E"}""");
        await host.IngestAsync("""{"userId":"ann","anonymousId":"x","event":"E"}""");
        await host.PostAsync($"/api/profiles/{ann}/merges", $$"""{"other":"{{bob}}"}""");
        await host.PostAsync($"/api/profiles/{ann}/merges/{bob}/undo", "{}");

        var read = await host.ScrapeAsync();
        Assert.Equal((2, 1, 0), (read["cdp_merges_joined_total"], read["cdp_merges_undone_total"], read["cdp_merges_repaired_total"]));

        var grains = host.Services.GetRequiredService<IGrains>();
        var survivor = (await grains.Identity(new IdentityId(Guid.Parse(ann))).DescribeAsync(Cancelled)).Facts!;
        var begun = await grains.Identity(new IdentityId(Guid.Parse(cat))).MergeIntoAsync(new MergeRequest(survivor, new MergeCause(MergeReason.Request, [], null)), Cancelled);
        Assert.Equal(MergeVerdict.Done, begun.Verdict);
        await host.Services.GetRequiredService<MergeRecovery>().CompleteAsync(Cancelled);

        read = await host.ScrapeAsync();
        Assert.Equal((3, 1, 1), (read["cdp_merges_joined_total"], read["cdp_merges_undone_total"], read["cdp_merges_repaired_total"]));
    }

    [Fact]
    public async Task Memberships_due_times_watchers_and_snapshots_are_counted()
    {
        await using var host = await ApiHost.StartAsync();
        await host.SegmentAsync("""{"name":"Recent","filter":{"event":"E","within":"1m"}}""");
        var aMinuteAgoSoon = TimeProvider.System.GetUtcNow().AddSeconds(-55);
        await host.IngestAsync($$"""{"userId":"a","event":"E","timestamp":"{{aMinuteAgoSoon:O}}"}""");

        var read = await host.ScrapeAsync();
        Assert.Equal((1, 0), (read["cdp_membership_deltas_published_total"], read["cdp_membership_deltas_dropped_total"]));
        Assert.Equal((1, 0), (read["cdp_segments_recounts_total{reason=\"first\"}"], read["cdp_segments_recounts_total{reason=\"gap\"}"]));

        await host.UntilMetricAsync("cdp_due_woken_total", 1);
        await host.UntilMetricAsync("cdp_membership_deltas_published_total", 2);
        Assert.Equal(1, (await host.ScrapeAsync())["cdp_due_lateness_seconds_count"]);

        using (var watching = await host.Client.SendAsync(Watch(), HttpCompletionOption.ResponseHeadersRead, Cancelled)) await host.UntilMetricAsync("cdp_live_watchers", 1);
        await host.UntilMetricAsync("cdp_live_watchers", 0);

        await host.IngestBatchAsync(Enumerable.Range(0, 299).Select(i => $$"""{"type":"track","userId":"a","event":"Other","messageId":"m{{i}}"}"""));
        await host.UntilMetricAsync("cdp_snapshots_written_total", 1);
        Assert.Equal(0, (await host.ScrapeAsync()).Sum("cdp_snapshots_dropped_total"));
    }

    // Without a header: the key is in the body.
    private static async Task CallAsync(ApiHost host, string path, string body, HttpStatusCode status)
    {
        using var response = await host.SendAsync(HttpMethod.Post, path, body, key: null);
        Assert.Equal((path, status), (path, response.StatusCode));
    }

    private static HttpRequestMessage Watch()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/segments/live");
        request.Headers.Add("Authorization", $"Bearer {ApiHost.AdminKey}");
        return request;
    }
}
