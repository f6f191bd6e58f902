using System.Net;

namespace CdpPipeline.Api.Tests.Metrics;

internal static class Scraping
{
    public static async Task<Exposition> ScrapeAsync(this ApiHost host)
    {
        using var response = await host.SendAsync(HttpMethod.Get, "/metrics", key: null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return Exposition.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>For what is measured after an answer has gone out, or in the background.</summary>
    public static Task UntilMetricAsync(this ApiHost host, string sample, double value) =>
        ApiHost.UntilAsync(async () => (await host.ScrapeAsync())[sample] == value);
}
