using System.Text;

namespace CdpPipeline.Faults.Tests.Logs;

/// <summary>Calls of every kind to every part of the API, with a mark in all that they say of people: identifiers, traits, properties, contexts, queries, keys, definitions.</summary>
internal sealed class MarkedCalls(Uri address, string mark, string writeKey, string adminKey) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(40) };

    /// <summary>Makes them one after the other; each with its answer's status.</summary>
    public async Task<List<(string Call, int Status)>> MakeAllAsync(CancellationToken cancellationToken)
    {
        var who = $"email:{mark}%40example.com";
        var traits = $$$"""{"email":"{{{mark}}}@example.com","phone":"+49 30 555123","{{{mark}}}-trait":"{{{mark}}}-value"}""";
        var track = $$$"""{"type":"track","event":"{{{mark}}} Ordered","userId":"{{{mark}}}-user","messageId":"{{{mark}}}-message","properties":{"{{{mark}}}":"{{{mark}}}"},"context":{"ip":"203.0.113.5","userAgent":"{{{mark}}}","traits":{{{traits}}}}}""";
        List<(string, int)> told = [];
        await IngestAsync("/v1/batch", $$$"""{"batch":[{{{track}}},{"type":"identify","userId":"{{{mark}}}-user","traits":{{{traits}}}},{"type":"alias","userId":"{{{mark}}}-user","previousId":"{{{mark}}}-before"},{"type":"group","userId":"{{{mark}}}-user","groupId":"{{{mark}}}-group","traits":{{{traits}}}},{"type":"{{{mark}}}"},7,{"userId":"{{{mark}}}","timestamp":"{{{mark}}}"}]}""");
        await IngestAsync("/v1/track", track);
        await IngestAsync("/v1/track", $$$"""{"event":"{{{mark}}}","userId":{"{{{mark}}}":1}}""");
        await IngestAsync("/v1/track", $$$"""{"event":"{{{mark}}}",{{{mark}}}""");
        await IngestAsync("/v1/identify", $$$"""{"userId":"{{{mark}}}-other","traits":{"email":"{{{mark}}}@example.com"}}""");
        await IngestAsync("/v1/track?writeKey=" + writeKey, track);
        await IngestAsync("/api/track", track);
        await IngestAsync("/api/events", $$$"""{"email":"{{{mark}}}@example.com","type":"{{{mark}}}","properties":{"{{{mark}}}":1}}""");
        await IngestAsync("/api/events", $$$"""{"email":"{{{mark}}}","type":"{{{mark}}}"}""");
        await SendAsync(HttpMethod.Post, "/v1/track", track, $"{mark}-wrong-key");
        await SendAsync(HttpMethod.Post, "/v1/track", $$$"""{"event":"{{{mark}}}","userId":"{{{mark}}}","writeKey":"{{{mark}}}"}""", null);
        await SendAsync(HttpMethod.Post, $"/beacon/v1/batch?writeKey={writeKey}", $$$"""{"batch":[{{{track}}}]}""", null);
        await SendAsync(HttpMethod.Get, $"/v1/projects/{writeKey}/settings", null, null);
        await SendAsync(HttpMethod.Get, $"/sourceConfig?writeKey={mark}", null, null);
        foreach (var path in new[]
        {
            $"/api/profiles/{who}", $"/api/profiles/userId:{mark}-user", $"/api/profiles/{who}?at=2026-01-01T00:00:00Z", $"/api/profiles/{who}?at={mark}", $"/api/profiles/{who}/events?name={mark}", $"/api/profiles/{who}/merges",
            $"/api/profiles/{who}/export", $"/api/profiles?search={mark}", $"/api/profiles?cursor={mark}", $"/api/profiles/userId:nobody-{mark}", $"/api/suppressions/{who}", $"/api/{mark}", $"/api/segments/{mark}", $"/api/erasures/{mark}",
            $"/v1/spaces/default/collections/users/profiles/user_id:{mark}-user/traits", $"/{mark}", "/api/segments", "/api/keys", "/api/sources", "/metrics", "/readyz",
        }) await AdministerAsync(HttpMethod.Get, path, null);
        await SendAsync(HttpMethod.Get, $"/api/profiles/{who}", null, $"{mark}-wrong-key");
        await SendAsync(HttpMethod.Get, $"/api/profiles/{who}", null, writeKey);
        var definition = $$$"""{"name":"{{{mark}}} segment","description":"{{{mark}}}","filter":{"and":[{"field":"traits.{{{mark}}}","operator":"eq","value":"{{{mark}}}"},{"event":"{{{mark}}} Ordered"}]}}""";
        await AdministerAsync(HttpMethod.Post, "/api/segments", definition);
        await AdministerAsync(HttpMethod.Post, "/api/segments/preview", definition);
        await AdministerAsync(HttpMethod.Post, "/api/segments", $$$"""{"name":"{{{mark}}}","where":"traits.{{{mark}}} LIKE '{{{mark}}}'"}""");
        await AdministerAsync(HttpMethod.Post, "/api/segments", $$$"""{"name":"{{{mark}}}","filter":{"field":"email","operator":"matches","value":"({{{mark}}}"}}""");
        await AdministerAsync(HttpMethod.Post, "/api/computed-traits", $$$"""{"name":"{{{mark}}}","event":"{{{mark}}}"}""");
        await AdministerAsync(HttpMethod.Post, "/api/sources", $$$"""{"name":"{{{mark}}} source","allowedOrigins":["https://{{{mark}}}.example"]}""");
        await AdministerAsync(HttpMethod.Post, "/api/keys", $$$"""{"name":"{{{mark}}} key","role":"read"}""");
        await AdministerAsync(HttpMethod.Post, "/api/keys", $$$"""{"name":"{{{mark}}} key","role":"{{{mark}}}"}""");
        await AdministerAsync(HttpMethod.Post, $"/api/profiles/userId:{mark}-user/merges", $$$"""{"other":"userId:{{{mark}}}-other"}""");
        await AdministerAsync(HttpMethod.Delete, $"/api/profiles/userId:{mark}-other?suppress=false", null);
        await AdministerAsync(HttpMethod.Delete, $"/api/suppressions/userId:{mark}-other", null);
        await AdministerAsync(HttpMethod.Patch, $"/api/profiles/{who}", track);
        return told;

        Task IngestAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body, writeKey, isBasic: true);
        Task AdministerAsync(HttpMethod method, string path, string? body) => SendAsync(method, path, body, adminKey);
        async Task SendAsync(HttpMethod method, string path, string? body, string? key, bool isBasic = false)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            if (key is not null) request.Headers.Authorization = isBasic ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:"))) : new("Bearer", key);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{mark}-{told.Count}");
            request.Headers.TryAddWithoutValidation("Cookie", $"session={mark}");
            using var answer = await http.SendAsync(request, cancellationToken);
            await answer.Content.ReadAsStringAsync(cancellationToken);
            told.Add(($"{method} {path}", (int)answer.StatusCode));
        }
    }

    public void Dispose() => http.Dispose();
}
