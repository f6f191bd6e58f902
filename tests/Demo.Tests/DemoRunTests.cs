using System.Text.Json;
using CdpPipeline.Demo.Host;

namespace CdpPipeline.Demo.Tests;

/// <summary>The demo over a slice of its own, on the real host; what the API then shows is added up beside the file, without the demo's code.</summary>
public sealed class DemoRunTests
{
    [Fact]
    public async Task What_the_api_shows_after_a_replay_is_what_the_file_says()
    {
        await using var host = await DemoHost.StartAsync();
        var file = FileSums.Of(DemoHost.SlicePath);

        var (report, text) = await host.RunDemoAsync();

        Assert.True(report.Agrees, text);
        Assert.Contains("Everything agrees, to the penny.", text, StringComparison.Ordinal);
        Assert.Equal(0, report.Replay.Duplicates);
        var people = await host.ListAsync("/api/profiles", "profiles");
        Assert.Equal(file.Customers + file.Visits.Count, people.Count);

        var shown = await TimelinesAsync(host, people);
        Assert.Equal(file.Orders, Count(shown, "Order Completed"));
        Assert.Equal(file.Cancellations, Count(shown, "Order Cancelled"));
        Assert.Equal(file.Sales, Sum(shown, "Order Completed", "total", "userId"));
        Assert.Equal(file.Cancelled, Sum(shown, "Order Cancelled", "total", "userId"));
        Assert.Equal(file.Visits, Sum(shown, "Page Viewed", "value", "anonymousId"));
        Assert.Equal(file.PagesViewed, shown.Count(e => NameOf(e) == "Page Viewed"));
        Assert.All(shown, e => Assert.InRange(e.GetProperty("timestamp").GetDateTimeOffset().Year, 2010, 2011));
    }

    [Fact]
    public async Task Segments_hold_exactly_those_whom_the_file_makes_members()
    {
        await using var host = await DemoHost.StartAsync();
        var file = FileSums.Of(DemoHost.SlicePath);

        var (report, text) = await host.RunDemoAsync();

        var often = file.Orders.Where(customer => customer.Value >= 3).Select(customer => customer.Key);
        var atHome = file.Countries.Where(customer => customer.Value == "United Kingdom").Select(customer => customer.Key);
        var big = file.OrderTotals.Where(order => order.Value >= 100_00).Select(order => order.Key.Split(' ')[0]).Distinct();
        string[][] expected = [[.. often], [.. atHome], [.. big]];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(expected[i].Length, 1, file.Customers - 1);
            var members = await host.ListAsync($"/api/segments/{report.Segments[i].Id}/members", "members");
            Assert.Equal(expected[i].Order(), members.Select(member => member.GetProperty("userId").GetString()).Order());
        }

        Assert.Equal([.. expected.Select(members => (long)members.Length), file.Visits.Count], report.Segments.Select(segment => segment.MemberCount));
        Assert.All(report.Segments, segment => Assert.Equal(segment.ByTheFile, segment.MemberCount));
        foreach (var segment in report.Segments)
        {
            Assert.Contains(segment.Name, text, StringComparison.Ordinal);
            Assert.Equal(segment.MemberCount, (await host.GetAsync($"/api/segments/{segment.Id}")).GetProperty("memberCount").GetInt64());
        }
    }

    [Fact]
    public async Task Running_twice_stores_nothing_twice()
    {
        await using var host = await DemoHost.StartAsync();
        var (first, _) = await host.RunDemoAsync();
        var before = await host.ListAsync("/api/profiles", "profiles");

        var (second, text) = await host.RunDemoAsync();

        Assert.Equal(first.Replay.Total, first.Replay.Accepted);
        Assert.Equal((0, second.Replay.Total), (second.Replay.Accepted, second.Replay.Duplicates));
        Assert.True(second.Agrees, text);
        Assert.Equal(first.Segments, second.Segments);
        Assert.Equal(first.Segments.Count, (await host.GetAsync("/api/segments")).GetProperty("segments").GetArrayLength());
        var after = await host.ListAsync("/api/profiles", "profiles");
        Assert.Equal(before.Select(person => person.GetRawText()), after.Select(person => person.GetRawText()));
        Assert.Equal(first.Replay.Total, after.Sum(person => person.GetProperty("eventCount").GetInt64()));
    }

    [Fact]
    public async Task A_total_that_the_host_has_otherwise_is_seen()
    {
        await using var host = await DemoHost.StartAsync();
        var path = Path.Combine(host.Directory, "other.csv");
        var lines = await File.ReadAllLinesAsync(DemoHost.SlicePath, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(path, lines.Append(lines[1]), TestContext.Current.CancellationToken);
        using var client = new CdpClient(host.Address, host.Keys);
        await new DemoRun(client, TextWriter.Null, TimeProvider.System).RunAsync(path, TestContext.Current.CancellationToken);

        var (report, text) = await host.RunDemoAsync();

        Assert.False(report.Agrees);
        Assert.Contains("They DIFFER", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_told_as_such()
    {
        await using var host = await DemoHost.StartAsync();
        using var client = new CdpClient(host.Address, new HostKeys("wrong", "wrong"));

        var told = await Assert.ThrowsAsync<DemoException>(
            () => new DemoRun(client, TextWriter.Null, TimeProvider.System).RunAsync(DemoHost.SlicePath, TestContext.Current.CancellationToken));

        Assert.Contains("does not know the key", told.Message, StringComparison.Ordinal);
    }

    private static async Task<List<JsonElement>> TimelinesAsync(DemoHost host, IEnumerable<JsonElement> people)
    {
        var all = new List<JsonElement>();
        foreach (var person in people) all.AddRange(await host.ListAsync($"/api/profiles/{person.GetProperty("id").GetString()}/events", "events"));
        return all;
    }

    private static string? NameOf(JsonElement shown) => shown.GetProperty("name").GetString();

    private static Dictionary<string, int> Count(IEnumerable<JsonElement> shown, string name) =>
        shown.Where(e => NameOf(e) == name).CountBy(e => e.GetProperty("userId").GetString()!).ToDictionary();

    private static Dictionary<string, long> Sum(IEnumerable<JsonElement> shown, string name, string property, string identifier) => shown
        .Where(e => NameOf(e) == name)
        .GroupBy(e => e.GetProperty(identifier).GetString()!)
        .ToDictionary(own => own.Key, own => own.Sum(e => FileSums.Pence(e.GetProperty("properties").GetProperty(property).GetRawText())));
}
