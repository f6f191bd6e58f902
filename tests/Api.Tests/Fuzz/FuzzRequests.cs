using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Draws whole requests to the ingest edge, and now and then one that reads or changes a plan: path, method, headers, encoding, body.</summary>
internal sealed class FuzzRequests(Random random, BoundSource bound)
{
    private static readonly string[] Paths =
    [
        "/v1/batch", "/v1/batch", "/v1/batch", "/v1/import", "/v1/b", "/v1/track", "/v1/identify", "/v1/page", "/v1/screen", "/v1/group", "/v1/alias", "/v1/t", "/v1/i", "/v1/p", "/v1/s", "/v1/g",
        "/v1/a", "/v1/m", "/api/track", "/api/events", "/beacon/v1/batch?writeKey=wk_test", "/v1/projects/wk_test/settings", "/sourceConfig?writeKey=wk_test", "/v1/nothing",
        "/api/s/track", "/api/s/identify", "/api/s/s2s/page", "/api/s/s2s/track", "/api/s/s2s/group", "/api/s/event", "/api/s/s2s/nothing",
    ];

    private readonly CallGrammar grammar = new(random);

    public HttpRequestMessage Ingest()
    {
        var path = Paths[random.Next(Paths.Length)];
        var request = new HttpRequestMessage(random.Next(100) == 0 ? HttpMethod.Put : random.Next(100) == 0 ? HttpMethod.Options : HttpMethod.Post, path);
        var body = Body(path.Contains("batch", StringComparison.Ordinal) || path is "/v1/import" or "/v1/b");
        var encoding = random.Next(30) switch { 0 or 1 => "gzip", 2 => "x-gzip", 3 when random.Next(5) == 0 => "br", 4 => "identity", _ => null };
        if (encoding is "gzip" or "x-gzip") body = Packed(body);
        request.Content = new ByteArrayContent(body);
        if (encoding is not null) request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", One("application/json", "application/json;charset=UTF-8", "text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=utf-7"));
        var key = random.Next(2) == 0 ? bound.WriteKey : ApiHost.WriteKey;
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:"));
        if (random.Next(10) == 0) request.Headers.TryAddWithoutValidation("X-Write-Key", One(key, $"any:{key}", $":{key}", $"{key}:", "", "é", "a:b:c"));
        if (random.Next(15) != 0) request.Headers.TryAddWithoutValidation("Authorization", random.Next(30) == 0 ? One("Basic", "Basic !", "Basic Og==", "Bearer ", "Bearer é", $"Basic {basic}x", "bearer wk_test") : $"Basic {basic}");
        if (random.Next(8) == 0) request.Headers.TryAddWithoutValidation("Idempotency-Key", random.Next(3) == 0 ? new string('k', random.Next(300)) : $"k-{random.Next(20)}");
        if (random.Next(20) == 0) request.Headers.TryAddWithoutValidation("Origin", One("https://shop.example", "null", "é"));
        return request;
    }

    public HttpRequestMessage Read()
    {
        var who = Uri.EscapeDataString(One($"userId:u-{random.Next(12)}", $"anonymousId:a-{random.Next(25)}", $"email:person{random.Next(8)}@example.com", "userId:" + grammar.OddText(), grammar.OddText()));
        var odd = Uri.EscapeDataString(random.Next(2) == 0 ? grammar.OddText() : random.Next(-5, 2_000).ToString(CultureInfo.InvariantCulture));
        var space = $"/v1/spaces/{One("lgJ4AAjFN4", "x", odd)}/collections/users/profiles/{One("user_id", "anonymous_id", "email", "phone", "external_id")}:{who[(who.IndexOf("%3A", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..]}";
        return new HttpRequestMessage(HttpMethod.Get, One(
            $"/api/profiles/{who}", $"/api/profiles/{who}?at={odd}", $"/api/profiles/{who}?at=2026-02-01T00:00:00Z", $"/api/profiles/{who}/events?limit={odd}&cursor={odd}", $"/api/profiles/{who}/events?from={odd}&name={odd}",
            $"/api/profiles?search={odd}&limit={odd}", $"/api/profiles?search={odd}", $"/api/profiles?cursor={odd}", $"/api/profiles/{who}/merges", $"/api/profiles/{who}/export", $"/api/suppressions/{who}",
            $"{space}/traits?limit={odd}&include={odd}", $"{space}/traits?class=audience&verbose=true&next={odd}", $"{space}/external_ids?next={odd}", $"{space}/events?start={odd}&end={odd}&sort={odd}",
            $"{space}/events?limit=5&exclude={odd}", $"{space}/metadata", $"{space}/links?limit={odd}"));
    }

    /// <summary>Gives the bound source another plan, or looks at it and at what was not as it says; all by the admin key.</summary>
    public HttpRequestMessage Plan()
    {
        var path = $"/api/sources/{bound.Id}/";
        return random.Next(12) switch
        {
            0 => new HttpRequestMessage(HttpMethod.Get, $"{path}plan"),
            1 or 2 => new HttpRequestMessage(HttpMethod.Get, $"{path}violations"),
            3 => new HttpRequestMessage(HttpMethod.Delete, $"{path}violations"),
            4 => new HttpRequestMessage(HttpMethod.Delete, $"{path}plan"),
            _ => new HttpRequestMessage(HttpMethod.Put, $"{path}plan") { Content = new ByteArrayContent(new PlanGrammar(random).Body()) },
        };
    }

    private byte[] Body(bool isBatch)
    {
        var body = random.Next(5) == 0 ? CallCorpus.Bodies[random.Next(CallCorpus.Bodies.Length)] : Encoding.UTF8.GetBytes(isBatch ? grammar.Batch() : grammar.Call());
        if (random.Next(20) == 0) return [];
        return random.Next(2) == 0 ? body : ByteMutation.Of(body, random, CallCorpus.Bodies[random.Next(CallCorpus.Bodies.Length)]);
    }

    // Whole, broken, or a bomb that would inflate to 32 MB.
    private byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            if (random.Next(20) == 0) for (var i = 0; i < 32; i++) gzip.Write(new byte[1024 * 1024]);
            else gzip.Write(body);
        }

        return random.Next(3) == 0 ? ByteMutation.Of(packed.ToArray(), random, body) : packed.ToArray();
    }

    private string One(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];
}
