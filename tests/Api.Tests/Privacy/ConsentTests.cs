using System.Text.Json;

namespace CdpPipeline.Api.Tests.Privacy;

public sealed class ConsentTests
{
    [Fact]
    public async Task Consent_is_kept_by_the_newest_event_and_seen_in_profiles_segments_exports_and_as_it_was()
    {
        await using var host = await ApiHost.StartAsync();
        var segment = await host.SegmentAsync("""{"name":"Reachable by ads","where":"consent.Advertising IS TRUE"}""");
        await host.IngestAsync(Saying("u", "2026-03-01T10:00:00Z", """{"consent":{"categoryPreferences":{"Advertising":true,"Analytics":false}}}"""));
        await host.IngestAsync(Saying("u", "2026-02-01T10:00:00Z", """{"consent":{"categoryPreferences":{"Advertising":false,"Older":true}}}"""));
        await host.IngestAsync(Saying("v", "2026-03-01T10:00:00Z", """{"consent":{"categoryPreferences":["Advertising"]}}"""));
        await host.IngestAsync(Saying("v", "2026-03-02T10:00:00Z", """{"consentManagement":{"allowedConsentIds":["Advertising"]}}"""));

        Assert.Equal(
            """{"Advertising":{"granted":true,"at":"2026-03-01T10:00:00.000Z"},"Analytics":{"granted":false,"at":"2026-03-01T10:00:00.000Z"},"Older":{"granted":true,"at":"2026-02-01T10:00:00.000Z"}}""",
            await ConsentAsync(host, "userId:u"));
        Assert.Equal("""{"Advertising":{"granted":false,"at":"2026-02-01T10:00:00.000Z"},"Older":{"granted":true,"at":"2026-02-01T10:00:00.000Z"}}""", await ConsentAsync(host, "userId:u?at=2026-02-15T00:00:00Z"));
        Assert.Equal("""{"Advertising":{"granted":true,"at":"2026-03-02T10:00:00.000Z"}}""", await ConsentAsync(host, "userId:v"));
        Assert.Contains("\"Analytics\":{\"granted\":false", (await host.GetAsync("/api/profiles/userId:u/export")).GetRawText(), StringComparison.Ordinal);
        await CountedAsync(host, segment, 2);

        await host.IngestAsync(Saying("u", "2026-03-05T10:00:00Z", """{"consent":{"categoryPreferences":{"Advertising":false}}}"""));
        await CountedAsync(host, segment, 1);
        var explained = await host.GetAsync($"/api/profiles/userId:u/segments/{segment}/explain");
        Assert.False(explained.GetProperty("holds").GetBoolean());
        Assert.Contains("their consent to Advertising is true", (await host.GetAsync($"/api/segments/{segment}")).GetProperty("sentence").GetString(), StringComparison.Ordinal);

        // A definition that is saved later finds in the store what was said before.
        await CountedAsync(host, await host.SegmentAsync("""{"name":"Asked","where":"consent.Older EXISTS"}"""), 1);
    }

    [Fact]
    public async Task A_merge_takes_the_newest_word_of_both_and_an_undo_gives_it_back()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync(Saying("u", "2026-03-01T10:00:00Z", """{"consent":{"categoryPreferences":{"Ads":true}}}"""));
        var other = await host.IngestAsync(Saying("v", "2026-03-02T10:00:00Z", """{"consent":{"categoryPreferences":{"Ads":false}}}"""));
        var before = await ConsentAsync(host, "userId:u");

        await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"userId:v"}""");
        Assert.Equal("""{"Ads":{"granted":false,"at":"2026-03-02T10:00:00.000Z"}}""", await ConsentAsync(host, "userId:u"));
        await host.PostAsync($"/api/profiles/userId:u/merges/{other}/undo", "");
        Assert.Equal(before, await ConsentAsync(host, "userId:u"));
    }

    private static string Saying(string userId, string at, string context) =>
        JsonSerializer.Serialize(new { type = "track", @event = "E", userId, timestamp = at, context = JsonDocument.Parse(context).RootElement });

    private static async Task<string> ConsentAsync(ApiHost host, string reference) => (await host.GetAsync($"/api/profiles/{reference}")).GetProperty("consent").GetRawText();

    private static Task CountedAsync(ApiHost host, string segment, int members) =>
        ApiHost.UntilAsync(async () => (await host.GetAsync($"/api/segments/{segment}")).GetProperty("memberCount").GetInt32() == members);
}
