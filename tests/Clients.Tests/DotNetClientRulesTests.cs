using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CdpPipeline.Client;

namespace CdpPipeline.Clients.Tests;

/// <summary>What the .NET package decides without a server.</summary>
public sealed class DotNetClientRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 0, 500)]
    [InlineData(2, 0, 1000)]
    [InlineData(2, 1, 500)]
    [InlineData(7, 0, 32_000)]
    [InlineData(8, 0, 60_000)]
    [InlineData(1_000_000, 0.5, 45_000)]
    public void Pauses_double_up_to_the_longest_and_leave_up_to_half_to_chance(int failures, double chance, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetrySchedule.Pause(failures, chance, Options(), null, Now));

    [Fact]
    public void A_pause_that_the_server_asks_for_is_waited_for_in_full()
    {
        var (seconds, date, past) = (new RetryConditionHeaderValue(TimeSpan.FromSeconds(90)), new RetryConditionHeaderValue(Now.AddSeconds(30)), new RetryConditionHeaderValue(Now.AddSeconds(-30)));

        Assert.Equal(TimeSpan.FromSeconds(90), RetrySchedule.Pause(1, 1, Options(), seconds, Now));
        Assert.Equal(TimeSpan.FromSeconds(30), RetrySchedule.Pause(1, 1, Options(), date, Now));
        Assert.Equal(TimeSpan.FromMilliseconds(250), RetrySchedule.Pause(1, 1, Options(), past, Now));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.Found, false)]
    [InlineData(HttpStatusCode.RequestTimeout, true)]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.InternalServerError, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    public void Only_what_may_go_better_later_is_tried_again(HttpStatusCode status, bool expected) =>
        Assert.Equal(expected, RetrySchedule.IsWorthwhile(status));

    [Fact]
    public void A_call_becomes_JSON_at_once_with_an_id_and_a_time()
    {
        var traits = new Dictionary<string, object?> { ["plan"] = "pro", ["old"] = null };

        var call = CallJson.Of(Options(), "identify", Person.User("ada"), [("traits", traits), ("name", null)], new CallOptions { Timestamp = Now });
        traits["plan"] = "changed";

        using var json = JsonDocument.Parse(call.Json);
        Assert.Equal(
            $$$"""{"type":"identify","messageId":"{{{call.MessageId}}}","timestamp":"2026-03-04T05:06:07.000000Z","userId":"ada","traits":{"plan":"pro","old":null}}""",
            json.RootElement.GetRawText());
        Assert.Equal(32, call.MessageId.Length);
    }

    [Fact]
    public void What_can_never_be_stored_is_refused_by_the_call()
    {
        Assert.Throws<ArgumentException>(() => CallJson.Of(Options(), "track", default(Person), [], null));
        Assert.Throws<ArgumentException>(() => CallJson.Of(Options(), "track", Person.User("ada"), [("properties", new[] { 1 })], null));
        Assert.Throws<ArgumentException>(() => CallJson.Of(Options(), "track", Person.User("ada"), [("properties", new { text = new string('x', 128 * 1024) })], null));
        Assert.Throws<ArgumentException>(() => Person.User(" "));
    }

    [Theory]
    [InlineData("ftp://cdp.example", "wk", 1)]
    [InlineData("https://cdp.example", "", 1)]
    [InlineData("https://cdp.example", "wk", 0)]
    public void Options_that_make_no_sense_are_refused(string host, string writeKey, int queueEventsMax) =>
        Assert.Throws<ArgumentException>(() => new CdpClientOptions { Host = new Uri(host), WriteKey = writeKey, QueueEventsMax = queueEventsMax }.Check());

    [Fact]
    public void A_body_is_packed_from_the_given_size_on()
    {
        var call = CallJson.Of(Options(), "track", Person.User("ada"), [("event", "E")], null);

        Assert.Empty(BatchBody.Of([call], Options()).Headers.ContentEncoding);
        Assert.Equal(["gzip"], BatchBody.Of([.. Enumerable.Repeat(call, 20)], Options()).Headers.ContentEncoding);
    }

    private static CdpClientOptions Options() => new() { Host = new Uri("https://cdp.example"), WriteKey = "wk" };
}
