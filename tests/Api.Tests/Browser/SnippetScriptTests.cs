using System.IO.Compression;
using System.Net;
using System.Text;

namespace CdpPipeline.Api.Tests.Browser;

public sealed class SnippetScriptTests
{
    // What pages wait for: as it is, and as it travels.
    private const int BytesMax = 40_000;
    private const int ZippedBytesMax = 12_000;

    private const string Path = $"/analytics.js/v1/{ApiHost.WriteKey}/analytics.min.js";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Path)]
    [InlineData($"/analytics.js/v1/{ApiHost.WriteKey}/analytics.js")]
    public async Task The_snippets_library_is_served_to_every_origin_and_cached_by_its_tag(string path)
    {
        await using var host = await ApiHost.StartAsync();

        using var first = await host.SendAsync(HttpMethod.Get, path, key: null);

        Assert.Equal((HttpStatusCode.OK, "text/javascript"), (first.StatusCode, first.Content.Headers.ContentType?.MediaType));
        Assert.Equal((true, TimeSpan.FromHours(1)), (first.Headers.CacheControl!.Public, first.Headers.CacheControl.MaxAge));
        Assert.Equal("cross-origin", first.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.EndsWith(".start(null);\n", await first.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await host.Client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var head = await host.SendAsync(HttpMethod.Head, path, key: null);
        Assert.Equal((HttpStatusCode.OK, first.Content.Headers.ContentLength), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task It_is_small_and_comes_gzipped_to_those_who_take_that()
    {
        await using var host = await ApiHost.StartAsync();
        var plain = await host.Client.GetByteArrayAsync(Path, Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.AcceptEncoding.ParseAdd("gzip, deflate");

        using var answer = await host.Client.SendAsync(request, Cancelled);

        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        var zipped = await answer.Content.ReadAsByteArrayAsync(Cancelled);
        using var inflated = new MemoryStream();
        await using (var gzip = new GZipStream(new MemoryStream(zipped), CompressionMode.Decompress)) await gzip.CopyToAsync(inflated, Cancelled);
        Assert.Equal(plain, inflated.ToArray());
        Assert.InRange(plain.Length, 1, BytesMax);
        Assert.InRange(zipped.Length, 1, ZippedBytesMax);
        using var refused = new HttpRequestMessage(HttpMethod.Get, Path);
        refused.Headers.AcceptEncoding.ParseAdd("gzip;q=0");
        using var unzipped = await host.Client.SendAsync(refused, Cancelled);
        Assert.Empty(unzipped.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData("/analytics.js/v1/wk_unknown/analytics.min.js")]
    [InlineData($"/analytics.js/v1/{ApiHost.AdminKey}/analytics.min.js")]
    public async Task For_a_key_that_is_no_write_key_it_is_not_found_and_nobody_remembers_that(string path)
    {
        await using var host = await ApiHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, path, key: null);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json", true), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Headers.CacheControl!.NoStore));
    }

    [Fact]
    public async Task It_sends_to_the_public_address_where_one_is_set()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Ingest:PublicUrl", "https://events.example.com/in"));

        var text = Encoding.UTF8.GetString(await host.Client.GetByteArrayAsync(Path, Cancelled));

        Assert.EndsWith(".start(\"https://events.example.com/in\");\n", text, StringComparison.Ordinal);
    }
}
