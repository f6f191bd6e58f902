using System.Globalization;
using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Profiles;

public sealed class TimelineApiTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Pages_of_any_size_together_are_exactly_what_was_sent()
    {
        await using var host = await ApiHost.StartAsync();

        // Sent out of order, and some at the same time.
        var order = Enumerable.Range(0, 250).OrderBy(i => (i * 101) % 250).ToList();
        await host.IngestBatchAsync(order.Select(i => Call(i, Start.AddMinutes(i / 2))));
        var sent = order.OrderByDescending(i => i / 2).ThenByDescending(order.IndexOf).Select(i => $"m{i}").ToList();

        foreach (var limit in new[] { 1, 7, 50, 249, 250, 251, 1000 }) Assert.Equal(sent, await AllAsync(host, $"limit={limit}"));
        Assert.Equal(sent.Take(100), (await host.GetAsync("/api/profiles/userId:u?at=2026-02-01")).GetProperty("timeline").EnumerateArray().Select(MessageId));
    }

    [Fact]
    public async Task A_window_of_time_includes_both_its_ends()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(Enumerable.Range(0, 30).Select(i => Call(i, Start.AddMinutes(i))));
        var (from, to) = (Text(Start.AddMinutes(5)), Text(Start.AddMinutes(20)));

        Assert.Equal(Enumerable.Range(5, 16).Reverse().Select(i => $"m{i}"), await AllAsync(host, $"limit=4&from={from}&to={to}"));
        Assert.Equal(Enumerable.Range(5, 25).Reverse().Select(i => $"m{i}"), await AllAsync(host, $"limit=7&from={from}"));
        Assert.Equal(Enumerable.Range(0, 21).Reverse().Select(i => $"m{i}"), await AllAsync(host, $"limit=7&to={to}"));
    }

    [Fact]
    public async Task A_name_selects_its_events()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(Enumerable.Range(0, 30).Select(i => Call(i, Start.AddMinutes(i))));

        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"m{i * 3}"), await AllAsync(host, "limit=3&name=Event%200"));
        Assert.Empty(await AllAsync(host, "name=nothing"));
    }

    [Fact]
    public async Task An_event_shows_its_context_its_arrival_and_the_identifiers_sent()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"u","anonymousId":"a","event":"E","properties":{"x":1},"context":{"ip":"::1"},"timestamp":"2026-01-01T00:00:00.000001Z","messageId":"m"}""");

        var item = Assert.Single((await host.GetAsync("/api/profiles/userId:u/events")).GetProperty("events").EnumerateArray());

        Assert.Equal(("u", "a"), (item.GetProperty("userId").GetString(), item.GetProperty("anonymousId").GetString()));
        Assert.Equal("::1", item.GetProperty("context").GetProperty("ip").GetString());
        Assert.Equal("2026-01-01T00:00:00.000001Z", item.GetProperty("timestamp").GetString());
        Assert.True(item.GetProperty("receivedAt").GetDateTimeOffset() > Start);
        Assert.Equal(2, item.GetProperty("identifiers").GetArrayLength());
    }

    [Fact]
    public async Task A_cursor_goes_on_after_the_person_was_merged()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(Enumerable.Range(0, 10).Select(i => Call(i, Start.AddMinutes(i)).Replace("\"userId\":\"u\"", "\"anonymousId\":\"a\"", StringComparison.Ordinal)));
        await host.IngestBatchAsync(Enumerable.Range(10, 10).Select(i => Call(i, Start.AddMinutes(i))));
        var first = await host.GetAsync("/api/profiles/anonymousId:a/events?limit=5");

        await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:a"}""");
        var rest = await host.GetAsync($"/api/profiles/anonymousId:a/events?limit=5&cursor={first.GetProperty("nextCursor").GetString()}");

        Assert.Equal(["m4", "m3", "m2", "m1", "m0"], rest.GetProperty("events").EnumerateArray().Select(MessageId));
        Assert.Equal(20, (await AllAsync(host, "limit=6")).Count);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=tampered", "cursor")]
    [InlineData("from=noon", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("name=a%00", "name")]
    public async Task Bad_parameters_are_named(string query, string field)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(field, (await host.GetAsync($"/api/profiles/userId:u/events?{query}", HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 3; i++) await host.IngestAsync($$"""{"userId":"u{{i}}","event":"E"}""");
        var cursor = (await host.GetAsync("/api/profiles?limit=1")).GetProperty("nextCursor").GetString();

        await host.GetAsync($"/api/profiles/userId:u1/events?cursor={cursor}", HttpStatusCode.BadRequest);
    }

    private static string Call(int i, DateTimeOffset at) =>
        $$"""{"type":"track","userId":"u","event":"Event {{i % 3}}","messageId":"m{{i}}","timestamp":"{{Text(at)}}"}""";

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string MessageId(JsonElement item) => item.GetProperty("messageId").GetString()!;

    private static async Task<List<string>> AllAsync(ApiHost host, string query)
    {
        var all = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.GetAsync($"/api/profiles/userId:u/events?{query}&cursor={cursor}");
            all.AddRange(page.GetProperty("events").EnumerateArray().Select(MessageId));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return all;
    }
}
