namespace CdpPipeline.Faults.Tests.Logs;

internal sealed partial class MarkedCalls
{
    /// <summary>The other paths of calls that bring events, and what clients and pages ask for.</summary>
    private async Task CallEveryPathAsync(string track, CancellationToken cancellationToken)
    {
        foreach (var path in new[] { "t", "i", "identify", "p", "page", "s", "screen", "g", "group", "a", "alias", "import", "b", "m" })
            await SendAsync(HttpMethod.Post, $"/v1/{path}", path is "import" or "b" ? $$"""{"batch":[{{track}}]}""" : track, writeKey, cancellationToken, isBasic: true);
        foreach (var path in new[] { "/api/s/track", "/api/s/s2s/identify", $"/api/s/{mark}" })
            await SendAsync(HttpMethod.Post, path, track, null, cancellationToken, headers: ("X-Write-Key", $"{writeKey}:{mark}"));
        await SendAsync(HttpMethod.Post, "/api/s/track", track, null, cancellationToken, headers: ("X-Write-Key", $"{mark}:{writeKey}"));
        foreach (var path in new[]
        {
            "/healthz", "/cdp.js", "/openapi/v1.json", $"/analytics.js/v1/{writeKey}/analytics.min.js", $"/analytics.js/v1/{writeKey}/analytics.js", $"/analytics.js/v1/{mark}/analytics.min.js",
            $"/v1/{mark}", $"/sourceConfig?writeKey={writeKey}",
        }) await SendAsync(HttpMethod.Get, path, null, null, cancellationToken);
        foreach (var what in new[] { "traits", "external_ids", "events", "metadata", "links" })
            await SendAsync(HttpMethod.Get, $"/v1/spaces/{mark}/collections/users/profiles/user_id:{mark}-user/{what}?limit=5&include={mark}", null, adminKey, cancellationToken, isBasic: true);
    }

    /// <summary>Sources, their keys and plans; and the events that pass or do not, watched live.</summary>
    private async Task SetUpSourcesAsync(string track, CancellationToken cancellationToken)
    {
        var made = await AdministerAsync(HttpMethod.Post, "/api/sources", $$"""{"name":"{{mark}} source","allowedOrigins":["https://{{mark}}.example"]}""");
        Secret(made, "writeKey");
        var source = $"/api/sources/{Said(made, "id")}";
        await AdministerAsync(HttpMethod.Get, source);
        await AdministerAsync(HttpMethod.Put, source, $$"""{"name":"{{mark}} renamed","allowedEvents":["{{mark}} Ordered","{{mark}} Left"]}""");
        await AdministerAsync(HttpMethod.Put, source, $$"""{"allowedOrigins":["{{mark}}"]}""");
        var added = await AdministerAsync(HttpMethod.Post, $"{source}/keys", $$"""{"label":"{{mark}}"}""");
        var key = Secret(added, "writeKey");
        await AdministerAsync(HttpMethod.Put, $"{source}/plan", $$$"""{"mode":"report","unplanned":"report","events":{"{{{mark}}} Ordered":{"required":["{{{mark}}}-missing"],"properties":{"{{{mark}}}":{"type":"number"} } } } }""");
        await AdministerAsync(HttpMethod.Put, $"{source}/plan", $$"""{"mode":"block","events":{"{{mark}}":{"{{mark}}":1} } }""");
        await SendAsync(HttpMethod.Post, "/v1/track", track.Replace("-message", "-planned", StringComparison.Ordinal), key, cancellationToken, isBasic: true);
        await AdministerAsync(HttpMethod.Put, $"{source}/plan", $$"""{"mode":"block","unplanned":"block","events":{"{{mark}} Ordered":{"required":["{{mark}}-missing"]} } }""");
        await SendAsync(HttpMethod.Post, "/v1/track", track.Replace("-message", "-blocked", StringComparison.Ordinal), key, cancellationToken, isBasic: true);
        await AdministerAsync(HttpMethod.Get, $"{source}/plan");
        await AdministerAsync(HttpMethod.Get, $"{source}/violations");
        await AdministerAsync(HttpMethod.Delete, $"{source}/violations");
        await AdministerAsync(HttpMethod.Delete, $"{source}/plan");
        await AdministerAsync(HttpMethod.Get, $"/api/events/live?source={Said(made, "id")}");
        await AdministerAsync(HttpMethod.Get, $"/api/events/live?source={mark}&outcome={mark}");
        await AdministerAsync(HttpMethod.Delete, $"{source}/keys/{Said(added, "id")}");
        await AdministerAsync(HttpMethod.Delete, source);
        var reader = await AdministerAsync(HttpMethod.Post, "/api/keys", $$"""{"name":"{{mark}} key","role":"read"}""");
        Secret(reader, "key");
        await AdministerAsync(HttpMethod.Delete, $"/api/keys/{Said(reader, "id")}");
        await AdministerAsync(HttpMethod.Get, $"/api/audit?target={mark}");

        Task<string> AdministerAsync(HttpMethod method, string path, string? body = null) => SendAsync(method, path, body, adminKey, cancellationToken);
    }

    /// <summary>Segments and computed traits from their making to their end, and why somebody is in one.</summary>
    private async Task DefineAsync(string who, CancellationToken cancellationToken)
    {
        var definition = $$"""{"name":"{{mark}} segment","description":"{{mark}}","filter":{"and":[{"field":"traits.{{mark}}","operator":"eq","value":"{{mark}}"},{"event":"{{mark}} Ordered"}]} }""";
        await AdministerAsync(HttpMethod.Post, "/api/segments/preview", definition);
        var id = Said(await AdministerAsync(HttpMethod.Post, "/api/segments", definition), "segmentId");
        foreach (var what in new[] { "", "/preview", "/members", $"/members?cursor={mark}", "/transitions", "/audit" }) await AdministerAsync(HttpMethod.Get, $"/api/segments/{id}{what}");
        await AdministerAsync(HttpMethod.Get, "/api/segments/live");
        await AdministerAsync(HttpMethod.Get, $"/api/profiles/{who}/segments/{id}/explain");
        await AdministerAsync(HttpMethod.Get, $"/api/profiles/{who}/segments/{mark}/explain");
        await AdministerAsync(HttpMethod.Put, $"/api/segments/{id}", $$"""{"name":"{{mark}} renamed","where":"did('{{mark}} Ordered')"}""");
        await AdministerAsync(HttpMethod.Delete, $"/api/segments/{id}");
        var trait = Said(await AdministerAsync(HttpMethod.Post, "/api/computed-traits", $$"""{"name":"{{mark}}_count","fn":"count","event":"{{mark}} Ordered"}"""), "computedTraitId");
        await AdministerAsync(HttpMethod.Post, "/api/computed-traits", $$"""{"name":"{{mark}}","fn":"{{mark}}","event":"{{mark}}"}""");
        await AdministerAsync(HttpMethod.Get, "/api/computed-traits");
        await AdministerAsync(HttpMethod.Get, $"/api/computed-traits/{trait}");
        await AdministerAsync(HttpMethod.Put, $"/api/computed-traits/{trait}", $$"""{"description":"{{mark}}"}""");
        await AdministerAsync(HttpMethod.Delete, $"/api/computed-traits/{trait}");

        Task<string> AdministerAsync(HttpMethod method, string path, string? body = null) => SendAsync(method, path, body, adminKey, cancellationToken);
    }

    /// <summary>A browser's session: the key in a body, then a cookie and its token, right and wrong.</summary>
    private async Task BrowseAsync(CancellationToken cancellationToken)
    {
        foreach (var wrong in new[] { $"{mark}-wrong-key", writeKey }) await SendAsync(HttpMethod.Post, "/api/session", $$"""{"key":"{{wrong}}"}""", null, cancellationToken);
        var csrf = Secret(await SendAsync(HttpMethod.Post, "/api/session", $$"""{"key":"{{adminKey}}"}""", null, cancellationToken), "csrf");
        var session = ("Cookie", cookie);
        await SendAsync(HttpMethod.Get, "/api/session", null, null, cancellationToken, headers: session);
        await SendAsync(HttpMethod.Post, "/api/keys", $$"""{"name":"{{mark}}","role":"{{mark}}"}""", null, cancellationToken, headers: [session, ("X-CSRF-Token", $"{mark}-token")]);
        await SendAsync(HttpMethod.Delete, "/api/session", null, null, cancellationToken, headers: [session, ("X-CSRF-Token", csrf), ("Origin", $"https://{mark}.example")]);
        await SendAsync(HttpMethod.Delete, "/api/session", null, null, cancellationToken, headers: [session, ("X-CSRF-Token", csrf)]);
        await SendAsync(HttpMethod.Get, "/api/session", null, null, cancellationToken, headers: session);
    }

    /// <summary>A merge and its undo, and an erasure with its receipt.</summary>
    private async Task MergeAndEraseAsync(CancellationToken cancellationToken)
    {
        var (one, other) = ($"userId:{mark}-user", $"userId:{mark}-other");
        await AdministerAsync(HttpMethod.Post, $"/api/profiles/{one}/merges?dryRun=true", $$"""{"other":"{{other}}"}""");
        var merged = Said(await AdministerAsync(HttpMethod.Post, $"/api/profiles/{one}/merges", $$"""{"other":"{{other}}"}"""), "mergedId");
        await AdministerAsync(HttpMethod.Get, $"/api/profiles/{one}/merges");
        await AdministerAsync(HttpMethod.Post, $"/api/profiles/{one}/merges/{merged}/undo");
        await AdministerAsync(HttpMethod.Get, $"/api/profiles/{one}/export");
        var receipt = Said(await AdministerAsync(HttpMethod.Delete, $"/api/profiles/{other}?suppress=true"), "id");
        await AdministerAsync(HttpMethod.Get, $"/api/erasures/{receipt}");
        await AdministerAsync(HttpMethod.Get, $"/api/suppressions/{other}");
        await AdministerAsync(HttpMethod.Delete, $"/api/suppressions/{other}");

        Task<string> AdministerAsync(HttpMethod method, string path, string? body = null) => SendAsync(method, path, body, adminKey, cancellationToken);
    }
}
