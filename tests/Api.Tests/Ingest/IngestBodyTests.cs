using System.IO.Compression;
using System.Net;
using System.Text;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class IngestBodyTests : IAsyncLifetime
{
    private const string Batch = """{"batch":[{"type":"page","userId":"u"}]}""";

    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("image/png")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Any_content_type_will_do(string? contentType)
    {
        var response = await host.PostAsync("/v1/batch", Batch, request =>
        {
            if (contentType is not null) request.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(host.Ingest.Events);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    public async Task A_gzip_body_is_inflated(string encoding)
    {
        var response = await host.PostAsync("/v1/batch", Gzip(Encoding.UTF8.GetBytes(Batch)), request =>
        {
            request.Content!.Headers.Add("Content-Encoding", encoding);
            request.Content.Headers.Add("Content-Type", "application/x-www-form-urlencoded");
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(host.Ingest.Events);
    }

    [Fact]
    public async Task A_gzip_body_of_two_members_is_inflated()
    {
        var response = await host.PostAsync(
            "/v1/batch", [.. Gzip(Encoding.UTF8.GetBytes(Batch[..10])), .. Gzip(Encoding.UTF8.GetBytes(Batch[10..]))], Encoded);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Gzip_that_ends_early_or_is_broken_is_a_400()
    {
        var whole = Gzip(Encoding.UTF8.GetBytes(Batch));
        for (var length = 0; length < whole.Length; length++)
        {
            var response = await host.PostAsync("/v1/batch", whole[..length], Encoded);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{length} of {whole.Length} bytes: {response.StatusCode}");
        }

        await IngestHost.ProblemAsync(await host.PostAsync("/v1/batch", Batch, Encoded), HttpStatusCode.BadRequest, "not-gzip");
        Assert.Empty(host.Ingest.Events);
    }

    [Fact]
    public async Task A_gzip_bomb_is_a_413()
    {
        var bomb = Gzip(new byte[64 * 1024 * 1024]);

        await IngestHost.ProblemAsync(await host.PostAsync("/v1/batch", bomb, Encoded), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task An_encoding_nobody_knows_is_a_415() =>
        await IngestHost.ProblemAsync(
            await host.PostAsync("/v1/batch", Batch, request => request.Content!.Headers.Add("Content-Encoding", "br")),
            HttpStatusCode.UnsupportedMediaType,
            "unknown-content-encoding");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_may_have_4_MB_and_no_more(bool isChunked)
    {
        static string Body(int bytes) => Batch + new string(' ', bytes - Batch.Length);
        void Change(HttpRequestMessage request) => request.Headers.TransferEncodingChunked = isChunked;

        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/v1/batch", Body(4 * 1024 * 1024), Change)).StatusCode);
        await IngestHost.ProblemAsync(
            await host.PostAsync("/v1/batch", Body((4 * 1024 * 1024) + 1), Change), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task A_batch_of_too_many_events_is_a_413()
    {
        var body = $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("5", 2501))}}]}""";

        Assert.Equal("batch", await IngestHost.ProblemAsync(await host.PostAsync("/v1/batch", body), HttpStatusCode.RequestEntityTooLarge, "too-many-events"));
    }

    [Fact]
    public async Task No_random_body_is_a_5xx()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (var path in new[] { "/v1/batch", "/v1/track", "/api/track", "/api/events", "/beacon/v1/batch" })
        {
            for (var round = 0; round < 100; round++)
            {
                var body = Encoding.UTF8.GetBytes("""{"batch":[{"type":"track","event":"E","userId":"u"}],"type":"track","email":"a@b.co","event":"E","userId":"\u00e9"}""");
                for (var change = 0; change < 3; change++) body[random.Next(body.Length)] = (byte)random.Next(256);
                var response = await host.PostAsync(path, body, request => { if (round % 5 == 0) Encoded(request); });
                Assert.True((int)response.StatusCode < 500, $"seed {seed}, {path}, round {round}: {response.StatusCode}");
            }
        }
    }

    private static void Encoded(HttpRequestMessage request) => request.Content!.Headers.Add("Content-Encoding", "gzip");

    private static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(body);
        return packed.ToArray();
    }
}
