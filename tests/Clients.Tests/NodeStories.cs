using CdpPipeline.Clients.Tests.Libraries;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

/// <summary>What every server-side library must be able to do with the real server, on either store.</summary>
public abstract class NodeStories(ServerFixture fixture)
{
    private const string Segment = "@segment/analytics-node";
    private const string Rudder = "@rudderstack/rudder-sdk-node";
    private const string OldSegment = "analytics-node";
    private const string CustomerIo = "@customerio/cdp-analytics-node";
    private const string Jitsu = "@jitsu/js";

    public static TheoryData<string> Libraries() => [Segment, Rudder, OldSegment, CustomerIo];

    /// <summary>Why these tests can't run; null when they can.</summary>
    protected virtual string? MissingReason => InstalledLibraries.MissingReason;

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Libraries))]
    public async Task Every_call_of_the_library_arrives_once_under_its_person(string library)
    {
        SkipWhereMissing(library);
        await using var proxy = await fixture.ProxyAsync();
        var (user, visitor, former) = (NewId("user"), NewId("visitor"), NewId("former"));

        await NodeRun.SendAsync(library, proxy,
        [
            new { type = "page", anonymousId = visitor, name = "Pricing", properties = new { path = "/pricing" } },
            new { type = "track", anonymousId = visitor, @event = "Plan Compared", properties = new { plan = "pro" } },
            new { type = "identify", userId = user, anonymousId = visitor, traits = new { email = $"{user}@example.com", plan = "pro" } },
            new { type = "track", userId = user, @event = "Order Completed", properties = new { total = 12.5 } },
            new { type = "screen", userId = user, name = "Basket" },
            new { type = "group", userId = user, groupId = "acme", traits = new { name = "Acme" } },
            new { type = "track", userId = former, @event = "Renamed Soon" },
            new { type = "alias", previousId = former, userId = user },
        ]);

        await fixture.ShowsAsync($"userId:{user}", proxy, ["page", "track Plan Compared", "identify", "track Order Completed", "screen", "group", "track Renamed Soon", "alias"]);
        var profile = (await fixture.ProfileAsync($"userId:{user}"))!.Value;
        Assert.Equal((user, $"{user}@example.com"), (profile.GetProperty("userId").GetString(), profile.GetProperty("email").GetString()));
        Assert.Equal("pro", profile.GetProperty("traits").GetProperty("plan").GetString());
        Assert.Contains("acme", profile.GetProperty("groups").GetRawText(), StringComparison.Ordinal);
        foreach (var reference in new[] { $"anonymousId:{visitor}", $"userId:{former}" })
            Assert.Equal(profile.GetProperty("id").GetString(), (await fixture.ProfileAsync(reference))!.Value.GetProperty("id").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task Every_call_of_Jitsus_library_arrives_once_under_its_person()
    {
        SkipWhereMissing(Jitsu);
        await using var proxy = await fixture.ProxyAsync();
        var (user, visitor) = (NewId("user"), NewId("visitor"));

        await NodeRun.SendAsync(Jitsu, proxy,
        [
            new { type = "page", anonymousId = visitor, name = "Pricing", properties = new { path = "/pricing" } },
            new { type = "track", @event = "Plan Compared", properties = new { plan = "pro" } },
            new { type = "identify", userId = user, traits = new { email = $"{user}@example.com", plan = "pro" } },
            new { type = "track", @event = "Order Completed", properties = new { total = 12.5 } },
            new { type = "group", groupId = "acme", traits = new { name = "Acme" } },
        ]);

        await fixture.ShowsAsync($"userId:{user}", proxy, ["page", "track Plan Compared", "identify", "track Order Completed", "group"]);
        var profile = (await fixture.ProfileAsync($"userId:{user}"))!.Value;
        Assert.Equal((user, $"{user}@example.com"), (profile.GetProperty("userId").GetString(), profile.GetProperty("email").GetString()));
        Assert.Equal(profile.GetProperty("id").GetString(), (await fixture.ProfileAsync($"anonymousId:{visitor}"))!.Value.GetProperty("id").GetString());
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Libraries))]
    public async Task Events_arrive_once_though_the_server_answers_500_503_and_429_at_first(string library)
    {
        SkipWhereMissing(library);
        await using var proxy = await fixture.ProxyAsync(Fate.Broken, Fate.Busy, Fate.TooMany);
        var user = NewId("user");

        await NodeRun.SendAsync(library, proxy, Tracks(user, 5));

        await fixture.ShowsAsync($"userId:{user}", proxy, Labels(5));
        Assert.Equal([Fate.Broken, Fate.Busy, Fate.TooMany], proxy.Sent.Take(3).Select(one => one.Fate));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Libraries))]
    public async Task Events_arrive_once_though_the_server_dies_before_and_after_storing_them(string library)
    {
        SkipWhereMissing(library);
        await using var proxy = await fixture.ProxyAsync(Fate.DiesAfter, Fate.DiesBefore);
        var user = NewId("user");

        await NodeRun.SendAsync(library, proxy, Tracks(user, 45));

        await fixture.ShowsAsync($"userId:{user}", proxy, Labels(45));
        var stored = proxy.Sent[0].MessageIds;
        Assert.True(proxy.Sent.Skip(1).Any(one => one.MessageIds.SequenceEqual(stored)), $"What was stored was not sent again.\n{proxy}");
    }

    private static IEnumerable<object> Tracks(string user, int count) =>
        Enumerable.Range(0, count).Select(n => new { type = "track", userId = user, @event = $"Event {n}", properties = new { n } });

    private static string[] Labels(int count) => [.. Enumerable.Range(0, count).Select(n => $"track Event {n}")];

    private static string NewId(string what) => $"{what}-{Guid.NewGuid():N}";

    private void SkipWhereMissing(string library)
    {
        Assert.SkipWhen(MissingReason is not null, MissingReason ?? "");
        Assert.SkipWhen(library == Segment && InstalledLibraries.NodeMajor < 20, $"{Segment} needs Node.js 20; {InstalledLibraries.NodeMajor} is installed.");
    }
}
