using System.Text;

namespace CdpPipeline.Faults.Tests.Logs;

/// <summary>Calls of every kind to every part of the API, with a mark in all that they say of people: identifiers, traits, properties, contexts, queries, keys, definitions.</summary>
internal sealed partial class MarkedCalls(Uri address, string mark, string writeKey, string adminKey) : IDisposable
{
    private const string Nobody = "01890000-0000-7000-8000-000000000000";

    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(40) };
    private readonly HashSet<string> given = [];
    private List<(string Method, string Path, int Status)> told = [];
    private string cookie = $"session={mark}";

    /// <summary>Keys, cookies and tokens that the program has given out: as secret as what bears the mark.</summary>
    public IReadOnlyCollection<string> Given => given;

    /// <summary>Makes them one after the other; each with its answer's status.</summary>
    public async Task<IReadOnlyList<(string Method, string Path, int Status)>> MakeAllAsync(CancellationToken cancellationToken)
    {
        told = [];
        var who = $"email:{mark}%40example.com";
        var traits = $$$"""{"email":"{{{mark}}}@example.com","phone":"+49 30 555123","{{{mark}}}-trait":"{{{mark}}}-value"}""";
        var track = $$$"""{"type":"track","event":"{{{mark}}} Ordered","userId":"{{{mark}}}-user","messageId":"{{{mark}}}-message","properties":{"{{{mark}}}":"{{{mark}}}"},"context":{"ip":"203.0.113.5","userAgent":"{{{mark}}}","traits":{{{traits}}}}}""";
        await IngestAsync("/v1/batch", $$$"""{"batch":[{{{track}}},{"type":"identify","userId":"{{{mark}}}-user","traits":{{{traits}}}},{"type":"alias","userId":"{{{mark}}}-user","previousId":"{{{mark}}}-before"},{"type":"group","userId":"{{{mark}}}-user","groupId":"{{{mark}}}-group","traits":{{{traits}}}},{"type":"{{{mark}}}"},7,{"userId":"{{{mark}}}","timestamp":"{{{mark}}}"}]}""");
        await IngestAsync("/v1/track", track);
        await IngestAsync("/v1/track", $$$"""{"event":"{{{mark}}}","userId":{"{{{mark}}}":1}}""");
        await IngestAsync("/v1/track", $$$"""{"event":"{{{mark}}}",{{{mark}}}""");
        await IngestAsync("/v1/identify", $$$"""{"userId":"{{{mark}}}-other","traits":{"email":"{{{mark}}}@example.com"}}""");
        await IngestAsync("/v1/track?writeKey=" + writeKey, track);
        await IngestAsync("/api/track", track);
        await IngestAsync("/api/events", $$$"""{"email":"{{{mark}}}@example.com","type":"{{{mark}}}","properties":{"{{{mark}}}":1}}""");
        await IngestAsync("/api/events", $$$"""{"email":"{{{mark}}}","type":"{{{mark}}}"}""");
        await SendPlainAsync(HttpMethod.Post, "/v1/track", track, $"{mark}-wrong-key");
        await SendPlainAsync(HttpMethod.Post, "/v1/track", $$$"""{"event":"{{{mark}}}","userId":"{{{mark}}}","writeKey":"{{{mark}}}"}""", null);
        await SendPlainAsync(HttpMethod.Post, $"/beacon/v1/batch?writeKey={writeKey}", $$$"""{"batch":[{{{track}}}]}""", null);
        await SendPlainAsync(HttpMethod.Get, $"/v1/projects/{writeKey}/settings", null, null);
        await SendPlainAsync(HttpMethod.Get, $"/sourceConfig?writeKey={mark}", null, null);
        foreach (var path in new[]
        {
            $"/api/profiles/{who}", $"/api/profiles/userId:{mark}-user", $"/api/profiles/{who}?at=2026-01-01T00:00:00Z", $"/api/profiles/{who}?at={mark}", $"/api/profiles/{who}/events?name={mark}", $"/api/profiles/{who}/merges",
            $"/api/profiles/{who}/export", $"/api/profiles?search={mark}", $"/api/profiles?cursor={mark}", $"/api/profiles/userId:nobody-{mark}", $"/api/suppressions/{who}", $"/api/{mark}", $"/api/segments/{mark}", $"/api/erasures/{mark}",
            $"/v1/spaces/default/collections/users/profiles/user_id:{mark}-user/traits", $"/{mark}", "/api/segments", "/api/keys", "/api/sources", "/metrics", "/readyz",
        }) await AdministerAsync(HttpMethod.Get, path, null);
        await SendPlainAsync(HttpMethod.Get, $"/api/profiles/{who}", null, $"{mark}-wrong-key");
        await SendPlainAsync(HttpMethod.Get, $"/api/profiles/{who}", null, writeKey);
        await AdministerAsync(HttpMethod.Post, "/api/segments", $$$"""{"name":"{{{mark}}}","where":"traits.{{{mark}}} LIKE '{{{mark}}}'"}""");
        await AdministerAsync(HttpMethod.Post, "/api/segments", $$$"""{"name":"{{{mark}}}","filter":{"field":"email","operator":"matches","value":"({{{mark}}}"}}""");
        await AdministerAsync(HttpMethod.Post, "/api/keys", $$$"""{"name":"{{{mark}}} key","role":"{{{mark}}}"}""");
        await AdministerAsync(HttpMethod.Patch, $"/api/profiles/{who}", track);
        await CallEveryPathAsync(track, cancellationToken);
        await SetUpSourcesAsync(track, cancellationToken);
        await DefineAsync(who, cancellationToken);
        await BrowseAsync(cancellationToken);
        await MergeAndEraseAsync(cancellationToken);
        return told;

        Task IngestAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body, writeKey, cancellationToken, isBasic: true);
        Task SendPlainAsync(HttpMethod method, string path, string? body, string? key) => SendAsync(method, path, body, key, cancellationToken);
        Task AdministerAsync(HttpMethod method, string path, string? body) => SendAsync(method, path, body, adminKey, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    /// <summary>Sends a call; the body of its answer, of which a stream's first part is enough.</summary>
    private async Task<string> SendAsync(
        HttpMethod method, string path, string? body, string? key, CancellationToken cancellationToken, bool isBasic = false, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Authorization = isBasic ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:"))) : new("Bearer", key);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{mark}-{told.Count}");
        foreach (var (name, value) in headers.DefaultIfEmpty(("Cookie", $"session={mark}"))) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        told.Add((method.Method, path, (int)answer.StatusCode));
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies)) Keep(cookies.First().Split(';')[0]);
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream") return await answer.Content.ReadAsStringAsync(cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var part = new byte[64];
        return Encoding.UTF8.GetString(part, 0, await stream.ReadAsync(part, cancellationToken));
    }

    /// <summary>What an answer says under that name; a random id where it says nothing, as when the store is broken.</summary>
    private static string Said(string answer, string name) =>
        System.Text.RegularExpressions.Regex.Match(answer, $"\"{name}\": ?\"([^\"]+)\"") is { Success: true } match ? match.Groups[1].Value : Nobody;

    private void Keep(string set)
    {
        if (set.EndsWith('=')) return;
        cookie = set;
        given.Add(set[(set.IndexOf('=', StringComparison.Ordinal) + 1)..]);
    }

    private string Secret(string answer, string name)
    {
        var secret = Said(answer, name);
        if (secret != Nobody) given.Add(secret);
        return secret;
    }
}
