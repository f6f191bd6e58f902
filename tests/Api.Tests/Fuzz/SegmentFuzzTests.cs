using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>
/// Drawn and broken definitions against the whole host, held against real people: no server error, nothing unhandled, memory within its bound; and what is
/// accepted reads the same after it was written in any of its spellings.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class SegmentFuzzTests
{
    private const int People = 30;
    private const int SegmentsSaved = 4;

    private static readonly Uri Preview = new("/api/segments/preview", UriKind.Relative);

    [Fact]
    public async Task No_definition_breaks_the_language_and_what_is_accepted_survives_being_written_and_read()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-fuzz-").FullName;
        try
        {
            await using (var host = await FuzzHost.StartAsync(directory))
            {
                var segments = await PrepareAsync(host);
                await FuzzRun.EachAsync(async random =>
                {
                    var body = new DefinitionGrammar(random).Body();
                    using var request = Post(Preview, body);
                    var (status, _) = await host.SendAsync(request, ApiHost.AdminKey);
                    if (status == 200) await CheckAsync(host, body, random.Next(8) == 0 ? segments[random.Next(SegmentsSaved)] : null);
                });
                host.CheckReleased();
            }

            await using var again = await FuzzHost.StartAsync(directory);
            Assert.Equal(People, await again.ReadEverybodyAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<List<string>> PrepareAsync(FuzzHost host)
    {
        var random = new Random(1);
        for (var i = 0; i < People; i++)
        {
            var events = string.Join(',', Enumerable.Range(0, 10).Select(_ => $$$"""{"type":"track","event":"E{{{random.Next(3)}}}","userId":"p{{{i}}}","properties":{"a":{{{random.Next(5)}}},"total":{{{random.Next(100)}}}}}"""));
            using var request = Post(new("/v1/batch", UriKind.Relative), Encoding.UTF8.GetBytes(
                $$$"""{"batch":[{{{events}}},{"type":"identify","userId":"p{{{i}}}","traits":{"plan":"pro","email":"p{{{i}}}@example.com","long":"{{{new string('a', 20_000)}}}b{{{new string('x', 20_000)}}}","tags":["a",1,null]}}]}"""));
            await host.SendAsync(request, ApiHost.WriteKey);
        }

        List<string> segments = [];
        for (var i = 0; i < SegmentsSaved; i++)
        {
            using var request = Post(new("/api/segments", UriKind.Relative), """{"name":"fuzzed","filter":{"and":[]}}"""u8.ToArray());
            using var saved = JsonDocument.Parse((await host.SendAsync(request, ApiHost.AdminKey)).Body);
            segments.Add(saved.RootElement.GetProperty("segmentId").GetString()!);
        }

        return segments;
    }

    // Text → tree → text and tree → JSON → tree; and, in a saved segment, through the store.
    private static async Task CheckAsync(FuzzHost host, byte[] body, string? segment)
    {
        using var sent = JsonDocument.Parse(body.AsMemory(body.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), FuzzHost.AnyDepth);
        var tree = SegmentSpellings.Read(sent.RootElement, out _)!;
        var text = WhereWriter.Text(tree);
        using var asText = JsonDocument.Parse(JsonSerializer.Serialize(new { where = text }));
        var again = SegmentSpellings.Read(asText.RootElement, out var error);
        Assert.True(again is not null, $"{text}: {error}");
        Assert.Equal(tree, again);
        Assert.Equal(text, WhereWriter.Text(again));
        using var asTree = JsonDocument.Parse($"{{\"filter\":{FilterWriter.Text(tree)}}}", FuzzHost.AnyDepth);
        Assert.Equal(tree, SegmentSpellings.Read(asTree.RootElement, out _));
        if (segment is null) return;

        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/segments/{segment}") { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { name = "fuzzed", where = text })) };
        var (status, answer) = await host.SendAsync(request, ApiHost.AdminKey);

        // A reference that was fine in a preview may lead back to the segment itself.
        Assert.True(status == 200 || (status == 400 && text.Contains("in_segment", StringComparison.Ordinal)), answer);
    }

    private static HttpRequestMessage Post(Uri path, byte[] body) => new(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
}
