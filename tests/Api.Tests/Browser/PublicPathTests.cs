using System.Net;

namespace CdpPipeline.Api.Tests.Browser;

public sealed class PublicPathTests
{
    [Fact]
    public async Task The_snippet_is_served_without_a_key_and_cached_by_its_tag()
    {
        await using var host = await ApiHost.StartAsync();

        using var first = await host.SendAsync(HttpMethod.Get, "/cdp.js", key: null);

        Assert.Equal((HttpStatusCode.OK, "text/javascript"), (first.StatusCode, first.Content.Headers.ContentType?.MediaType));
        Assert.Contains("window.cdp", await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cdp.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_needs_no_key(string path)
    {
        await using var host = await ApiHost.StartAsync();

        using var response = await host.SendAsync(HttpMethod.Get, path, key: null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
