using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Auth;

/// <summary>Two processes on one store: who may call, and what a source may send, is soon the same at both.</summary>
public abstract class SharedKeysContract
{
    private const string Track = """{"userId":"u","event":"E"}""";

    /// <summary>The settings of every host of a test.</summary>
    protected static readonly (string Key, string Value)[] Settings =
        [("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey), ("Cdp:Sharing:LookEvery", "00:00:00.020")];

    [Fact]
    public async Task A_write_key_made_at_one_works_at_the_other_until_it_is_revoked()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var added = await one.PostAsync("/api/sources/default/keys", """{"label":"app"}""", HttpStatusCode.Created);
        var key = Text(added, "writeKey");

        await UntilAsync(() => TrackAsync(other, key), HttpStatusCode.OK);
        await one.DeleteAsync($"/api/sources/default/keys/{Text(added, "id")}");

        Assert.Equal(HttpStatusCode.Unauthorized, await TrackAsync(one, key));
        await UntilAsync(() => TrackAsync(other, key), HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await TrackAsync(other, ApiHost.WriteKey));
    }

    [Fact]
    public async Task What_a_source_may_send_is_changed_at_one_and_holds_at_the_other()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();

        await one.PutAsync("/api/sources/default", """{"allowedOrigins":["https://shop.example"]}""");
        await UntilAsync(() => TrackAsync(other, ApiHost.WriteKey, "https://evil.example"), HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.OK, await TrackAsync(other, ApiHost.WriteKey, "https://shop.example"));
        await other.PutAsync("/api/sources/default", """{"allowedEvents":["Order"]}""");
        await UntilAsync(() => TrackAsync(one, ApiHost.WriteKey), HttpStatusCode.BadRequest);
        Assert.Equal("https://shop.example", (await one.GetAsync("/api/sources/default")).GetProperty("allowedOrigins")[0].GetString());
        await one.PutAsync("/api/sources/default", """{"allowedEvents":[],"rateLimit":{"eventsPerSecond":1}}""");
        await UntilAsync(() => TrackAsync(other, ApiHost.WriteKey), HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task An_API_key_removed_at_one_is_refused_at_the_other()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var made = await one.PostAsync("/api/keys", """{"name":"second","role":"admin"}""", HttpStatusCode.Created);
        await UntilAsync(() => ReadAsync(other, Text(made, "key")), HttpStatusCode.OK);

        await one.DeleteAsync($"/api/keys/{Text(made, "id")}");

        await UntilAsync(() => ReadAsync(other, Text(made, "key")), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_definition_that_nobody_can_read_keeps_no_revoked_key_alive()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var made = await one.PostAsync("/api/keys", """{"name":"second","role":"admin"}""", HttpStatusCode.Created);
        await UntilAsync(() => ReadAsync(other, Text(made, "key")), HttpStatusCode.OK);
        var documents = one.Services.GetRequiredService<IDocumentStore>();
        Assert.True(await documents.PutAsync(StoredCatalog.SegmentKind, Guid.CreateVersion7().ToString(), "[]"u8.ToArray(), 0, TestContext.Current.CancellationToken));
        Assert.True(await documents.PutAsync(StoredCatalog.Kind, "touched", "{}"u8.ToArray(), 0, TestContext.Current.CancellationToken));

        await one.DeleteAsync($"/api/keys/{Text(made, "id")}");

        await UntilAsync(() => ReadAsync(other, Text(made, "key")), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_opened_at_one_is_good_at_the_other_and_after_a_restart_until_it_is_ended_anywhere()
    {
        Browsing session;
        await using (var first = await StartAsync()) (session, _, _) = await Browsing.OpenAsync(first);
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        const string Source = """{"name":"shop"}""";
        Assert.Equal(HttpStatusCode.Created, await session.StatusAsync(one, HttpMethod.Post, "/api/sources", Source));
        Assert.Equal(HttpStatusCode.Created, await session.StatusAsync(other, HttpMethod.Post, "/api/sources", Source));

        Assert.Equal(HttpStatusCode.NoContent, await session.StatusAsync(one, HttpMethod.Delete, "/api/session"));

        await UntilAsync(() => session.StatusAsync(other, HttpMethod.Get, "/api/session"), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Who_did_what_is_written_down_wherever_it_was_done()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var source = Text(await one.PostAsync("/api/sources", """{"name":"shop"}""", HttpStatusCode.Created), "id");
        await other.DeleteAsync("/api/sources/none", HttpStatusCode.NotFound);

        var entries = (await one.GetAsync("/api/audit")).GetProperty("entries").EnumerateArray().Select(entry => (Text(entry, "action"), Text(entry, "outcome"), entry.GetProperty("target").GetString()));

        Assert.Equal([("source.delete", "refused", null), ("source.create", "done", source)], entries);
    }

    /// <summary>A host on the test's own store.</summary>
    internal abstract Task<ApiHost> StartAsync();

    private protected static async Task UntilAsync(Func<Task<HttpStatusCode>> ask, HttpStatusCode expected) => await ApiHost.UntilAsync(async () => await ask() == expected);

    private protected static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static async Task<HttpStatusCode> ReadAsync(ApiHost host, string key)
    {
        using var response = await host.SendAsync(HttpMethod.Get, "/api/keys", key: key);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> TrackAsync(ApiHost host, string key, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/track") { Content = new StringContent(Track, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
