using System.Net;

namespace CdpPipeline.Api.Tests.Http;

public sealed class SecurityHeadersTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    [Theory]
    [InlineData("GET", "/api/profiles", null, HttpStatusCode.OK)]
    [InlineData("GET", "/api/profiles/userId:nobody", null, HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/segments", "not json", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/api/keys/admin", null, HttpStatusCode.Conflict)]
    [InlineData("GET", "/v1/track", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/v1/track", "{}", HttpStatusCode.Unauthorized)]
    [InlineData("OPTIONS", "/v1/track", null, HttpStatusCode.NoContent)]
    [InlineData("GET", "/nowhere", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/cdp.js", null, HttpStatusCode.OK)]
    [InlineData("GET", "/healthz", null, HttpStatusCode.OK)]
    [InlineData("GET", "/metrics", null, HttpStatusCode.OK)]
    public async Task Every_answer_tells_browsers_what_they_may_not_do(string method, string path, string? body, HttpStatusCode status)
    {
        using var response = await fixture.Host.SendAsync(new HttpMethod(method), path, body);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header("Content-Security-Policy"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
        Assert.False(response.Headers.Contains("Server"));

        string Header(string name) => response.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task An_answer_to_what_was_thrown_has_them_too()
    {
        var answer = await RawConnection.AskAsync(
            fixture.Host, $"POST /api/segments HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ApiHost.AdminKey}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:cdp:error:bad-request", answer, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_way_is_encrypted_browsers_are_told_to_keep_to_it()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Ingest:PublicUrl", "https://cdp.example"));

        using var response = await host.SendAsync(HttpMethod.Get, "/healthz", key: null);

        Assert.Equal("max-age=31536000", response.Headers.GetValues("Strict-Transport-Security").Single());
    }
}
