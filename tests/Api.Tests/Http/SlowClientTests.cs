using System.Net;

namespace CdpPipeline.Api.Tests.Http;

public sealed class SlowClientTests
{
    private static readonly (string, string)[] Impatient =
        [("Cdp:Http:HeadersWithin", "00:00:01"), ("Cdp:Http:Grace", "00:00:01.100"), ("Cdp:Http:BytesPerSecondMin", "1000"), ("Cdp:Http:SilentWithin", "00:00:01")];

    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ")]
    [InlineData("GET /healthz?")]
    public async Task Headers_that_trickle_in_are_not_waited_for(string start)
    {
        await using var host = await ApiHost.StartAsync(Impatient);
        using var connection = await RawConnection.OpenAsync(host);
        await connection.SendAsync(start);

        var answer = await connection.TrickleAsync("a");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/track", ApiHost.WriteKey)]
    [InlineData("/api/segments", ApiHost.AdminKey)]
    public async Task A_body_that_trickles_in_is_not_waited_for_and_others_are_served_meanwhile(string path, string key)
    {
        await using var host = await ApiHost.StartAsync(Impatient);
        using var connection = await RawConnection.OpenAsync(host);
        await connection.SendAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n");

        var trickling = connection.TrickleAsync(" ");
        using (var other = await host.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"u","event":"E"}""", ApiHost.WriteKey)) Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        var answer = await trickling;

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:cdp:error:request-timeout", answer, StringComparison.Ordinal);
        Assert.Contains("X-Content-Type-Options: nosniff", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_connection_that_stays_silent_is_closed()
    {
        await using var host = await ApiHost.StartAsync(Impatient);
        using var connection = await RawConnection.OpenAsync(host);

        Assert.Equal("", await connection.ReadAllAsync());
    }

    [Fact]
    public async Task Connections_beyond_the_most_are_closed_at_once()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Http:ConnectionsMax", "2"));
        using var one = await RawConnection.OpenAsync(host);
        using var other = await RawConnection.OpenAsync(host);
        using var third = await RawConnection.OpenAsync(host);

        Assert.Equal("", await third.ReadAllAsync());
        await one.SendAsync("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await one.ReadAllAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Grace", "00:00:00.5")]
    [InlineData("HeadersWithin", "00:00:00")]
    [InlineData("BytesPerSecondMin", "0")]
    [InlineData("ConnectionsMax", "0")]
    public async Task A_limit_that_cannot_work_stops_the_start(string name, string value)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ApiHost.StartAsync(("Cdp:Http:" + name, value)));

        Assert.Contains("Cdp:Http:" + name, failure.Message, StringComparison.Ordinal);
    }
}
