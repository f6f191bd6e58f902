using System.Globalization;
using System.Net;
using System.Text.Json;
using CdpPipeline.Api.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Privacy;

/// <summary>What the calls that are about a person's rights do, on either store.</summary>
public abstract partial class PrivacyContract
{
    /// <summary>Part of everything that is sent of the person who is erased, and of nothing else.</summary>
    private const string Needle = "zx9qneedle";

    private const string Kept = "kx7vkept";

    private const string Ann = $"userId:ann-{Needle}";

    [Fact]
    public async Task Whoever_is_erased_is_nobody_by_any_name_and_an_undo_brings_nobody_back()
    {
        await using var host = await StartAsync();
        var ids = await AnnAsync(host, events: 3);

        var receipt = await EraseAsync(host, ids[1]);

        foreach (var reference in ids.Concat([Ann, $"email:ann@{Needle}.com", $"anonymousId:two-{Needle}"]))
        {
            foreach (var path in new[] { "", "/events", "/merges", "/export" }) await host.GetAsync($"/api/profiles/{reference}{path}", HttpStatusCode.NotFound);
            await host.PostAsync($"/api/profiles/{reference}/merges/{ids[1]}/undo", "", HttpStatusCode.NotFound);
            Assert.Equal(receipt.GetRawText(), (await EraseAsync(host, reference)).GetRawText());
        }

        Assert.Equal(receipt.GetRawText(), (await host.GetAsync($"/api/erasures/{receipt.GetProperty("id").GetString()}")).GetRawText());
        Assert.Equal(0, (await host.GetAsync("/api/profiles")).GetProperty("profiles").GetArrayLength());
        await host.DeleteAsync("/api/profiles/userId:nobody", HttpStatusCode.NotFound);
        await host.DeleteAsync($"/api/profiles/{Guid.NewGuid()}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Later_events_with_any_of_her_names_are_taken_and_stored_nowhere()
    {
        await using var host = await StartAsync();
        await AnnAsync(host, events: 3);
        var bob = await BobAsync(host);
        await EraseAsync(host, Ann);

        var answer = await BatchAsync(
            host,
            $$"""{"type":"track","event":"Order","userId":"ann-{{Needle}}","messageId":"m-{{Needle}}-0"}""",
            $$"""{"type":"track","event":"Order","userId":"bob-{{Kept}}","anonymousId":"one-{{Needle}}"}""",
            $$$"""{"type":"identify","anonymousId":"new","traits":{"email":"ANN@{{{Needle}}}.com"}}""",
            $$"""{"type":"alias","userId":"bob-{{Kept}}","previousId":"ann-{{Needle}}"}""",
            $$"""{"type":"alias","userId":"bob-{{Kept}}","previousId":"two-{{Needle}}"}""",
            $$"""{"type":"track","event":"Order","userId":"bob-{{Kept}}"}""");
        var one = await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Post, "/v1/track", $$"""{"event":"Order","userId":"ann-{{Needle}}","messageId":"late"}""", ApiHost.WriteKey), HttpStatusCode.OK);
        var seed = await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Post, "/api/events", $$"""{"email":"ann@{{Needle}}.com","type":"order"}""", ApiHost.WriteKey), HttpStatusCode.OK);

        Assert.Equal((6, 5, 0), (Number(answer, "accepted"), Number(answer, "suppressed"), Number(answer, "duplicates")));
        Assert.Equal("""{"success":true,"suppressed":true,"identityId":null,"messageId":"late"}""", one.GetRawText());
        Assert.Equal("""{"created":false,"suppressed":true,"eventId":null,"customerId":null}""", seed.GetRawText());
        var listed = Assert.Single((await host.GetAsync("/api/profiles")).GetProperty("profiles").EnumerateArray());
        Assert.Equal((bob, 2), (listed.GetProperty("id").GetString(), Number(listed, "eventCount")));
        Assert.Empty(await LeftAsync(host, Needle));
        var metrics = await (await host.SendAsync(HttpMethod.Get, "/metrics")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("cdp_persons_erased_total 1", metrics, StringComparison.Ordinal);
        Assert.Equal(7, Sum(metrics, "cdp_ingest_events_suppressed_total"));
    }

    [Fact]
    public async Task Suppression_outlives_a_restart()
    {
        var host = await StartAsync();
        await AnnAsync(host, events: 3);
        await EraseAsync(host, Ann);
        host = await RestartAsync(host);
        await using var last = host;

        var answer = await BatchAsync(host, $$"""{"type":"track","event":"Order","userId":"ann-{{Needle}}"}""");

        Assert.Equal(1, Number(answer, "suppressed"));
        Assert.Equal(0, (await host.GetAsync("/api/profiles")).GetProperty("profiles").GetArrayLength());
    }

    [Fact]
    public async Task Without_suppression_the_same_names_start_somebody_new()
    {
        await using var host = await StartAsync();
        var ids = await AnnAsync(host, events: 3);

        var receipt = await EraseAsync(host, Ann, "?suppress=false");
        var id = await host.IngestAsync($$"""{"event":"Order","userId":"ann-{{Needle}}","anonymousId":"two-{{Needle}}","messageId":"m-{{Needle}}-0"}""");

        Assert.False(receipt.GetProperty("suppressed").GetBoolean());
        Assert.DoesNotContain(id, ids);
        var profile = await host.GetAsync($"/api/profiles/{Ann}");
        Assert.Equal((id, 1), (profile.GetProperty("id").GetString(), Number(profile, "eventCount")));
        Assert.Equal("{}", profile.GetProperty("traits").GetRawText());
        await host.DeleteAsync($"/api/profiles/{Ann}?suppress=no", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_lifted_suppression_lets_that_name_be_used_again_and_no_other()
    {
        await using var host = await StartAsync();
        await AnnAsync(host, events: 3);
        await EraseAsync(host, Ann);
        Assert.Equal("""{"suppressed":true}""", (await host.GetAsync($"/api/suppressions/{Ann}")).GetRawText());

        await host.DeleteAsync($"/api/suppressions/{Ann}");

        Assert.Equal("""{"suppressed":false}""", (await host.GetAsync($"/api/suppressions/{Ann}")).GetRawText());
        await host.DeleteAsync($"/api/suppressions/{Ann}", HttpStatusCode.NotFound);
        await host.DeleteAsync("/api/suppressions/nobody", HttpStatusCode.NotFound);
        var answer = await BatchAsync(
            host,
            $$"""{"type":"track","event":"Order","userId":"ann-{{Needle}}"}""",
            $$"""{"type":"track","event":"Order","userId":"ann-{{Needle}}","anonymousId":"two-{{Needle}}"}""");
        Assert.Equal((2, 1), (Number(answer, "accepted"), Number(answer, "suppressed")));
        Assert.Equal(1, Number(await host.GetAsync($"/api/profiles/{Ann}"), "eventCount"));
    }

    [Fact]
    public async Task An_export_holds_everything_that_was_sent_once()
    {
        await using var host = await StartAsync();
        var segment = await host.SegmentAsync("""{"name":"Buyers","where":"did('Order')"}""");
        var ids = await AnnAsync(host, events: 1_234);
        await BobAsync(host);

        var export = await host.GetAsync($"/api/profiles/{Ann}/export");

        Assert.Equal(ids.Order(), export.GetProperty("components").EnumerateArray().Select(id => id.GetString()).Order());
        Assert.Equal(5, export.GetProperty("profile").GetProperty("identifiers").GetArrayLength());
        Assert.Equal($"pro-{Needle}", export.GetProperty("profile").GetProperty("traits").GetProperty("plan").GetString());
        Assert.True(export.GetProperty("profile").GetProperty("consent").GetProperty($"ads-{Needle}").GetProperty("granted").GetBoolean());
        Assert.Equal(2, export.GetProperty("mergeHistory").GetProperty("merges").GetArrayLength());
        Assert.Contains(export.GetProperty("transitions").EnumerateArray(), told => told.GetProperty("segmentId").GetString() == segment && told.GetProperty("type").GetString() == "enter");
        var events = export.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(1_239, events.Count);
        Assert.Equal(1_239, events.Select(e => e.GetProperty("id").GetString()).Distinct().Count());
        var orders = events.Where(e => e.GetProperty("messageId").GetString()!.StartsWith("m-", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            Enumerable.Range(0, 1_234).Select(number => $"{number}").Order(),
            orders.Select(e => e.GetProperty("properties").GetProperty("number").GetRawText()).Order());
        Assert.All(orders, e => Assert.Equal($"ua-{Needle}", e.GetProperty("context").GetProperty("userAgent").GetString()));
        Assert.DoesNotContain(Kept, export.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_export_too_many_is_told_to_come_again()
    {
        await using var host = await StartAsync();
        await host.IngestAsync("""{"event":"Order","userId":"u"}""");
        var places = host.Services.GetRequiredService<ExportPlaces>();
        var taken = Enumerable.Range(0, ExportPlaces.AtOnceMax).Select(_ => places.Enter()).ToList();

        using (var refused = await host.SendAsync(HttpMethod.Get, "/api/profiles/userId:u/export"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        taken[0].Dispose();
        for (var i = 0; i < 3; i++) await host.GetAsync("/api/profiles/userId:u/export");
    }

    /// <summary>An empty store and a host on it.</summary>
    internal abstract Task<ApiHost> StartAsync();

    /// <summary>The same store with another host.</summary>
    internal abstract Task<ApiHost> RestartAsync(ApiHost host);

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static int Count(JsonElement receipt, string name) => Number(receipt.GetProperty("counts"), name);

    private static double Sum(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private static async Task<int> MembersAsync(ApiHost host, string segment)
    {
        var (members, audit) = (await host.GetAsync($"/api/segments/{segment}/members"), await host.GetAsync($"/api/segments/{segment}/audit"));
        await ApiHost.UntilAsync(async () => Number(await host.GetAsync($"/api/segments/{segment}"), "memberCount") == members.GetProperty("members").GetArrayLength());
        Assert.Equal(members.GetProperty("members").GetArrayLength(), Number(audit, "rows"));
        return Number(audit, "rows");
    }

    private static async Task<JsonElement> EraseAsync(ApiHost host, string reference, string query = "") =>
        await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Delete, $"/api/profiles/{reference}{query}"), HttpStatusCode.OK);

    private static async Task<JsonElement> BatchAsync(ApiHost host, params string[] calls) => await ApiHost.ReadAsync(
        await host.SendAsync(HttpMethod.Post, "/v1/batch", $$"""{"batch":[{{string.Join(',', calls)}}]}""", ApiHost.WriteKey), HttpStatusCode.OK);

    private static Task<string> BobAsync(ApiHost host) =>
        host.IngestAsync($$$"""{"event":"Order","userId":"bob-{{{Kept}}}","properties":{"note":"{{{Kept}}}"},"context":{"note":"{{{Kept}}}"}}""");

    /// <summary>A person who was three: a user and two visitors. She has five names, five calls of her own, and so many orders.</summary>
    private static async Task<string[]> AnnAsync(ApiHost host, int events)
    {
        var user = await host.IngestAsync($$"""{"event":"Signed Up","userId":"ann-{{Needle}}","messageId":"s-{{Needle}}"}""");
        var one = await host.IngestAsync($$$"""{"event":"Looked","anonymousId":"one-{{{Needle}}}","messageId":"l1-{{{Needle}}}","properties":{"page":"{{{Needle}}}"}}""");
        var two = await host.IngestAsync($$"""{"event":"Looked","anonymousId":"two-{{Needle}}","messageId":"l2-{{Needle}}"}""");
        await host.IngestBatchAsync(
        [
            $$$"""{"type":"identify","userId":"ann-{{{Needle}}}","anonymousId":"one-{{{Needle}}}","messageId":"i-{{{Needle}}}","traits":{"email":"ann@{{{Needle}}}.com","phone":"+4915112345678","plan":"pro-{{{Needle}}}"}}""",
            $$"""{"type":"track","event":"Back","userId":"ann-{{Needle}}","anonymousId":"two-{{Needle}}","messageId":"b-{{Needle}}"}""",
        ]);
        await host.IngestBatchAsync(Enumerable.Range(0, events).Select(number =>
            $$$"""{"type":"track","event":"Order","userId":"ann-{{{Needle}}}","messageId":"m-{{{Needle}}}-{{{number}}}","properties":{"number":{{{number}}},"note":"{{{Needle}}}"},"context":{"consent":{"categoryPreferences":{"ads-{{{Needle}}}":true}},"userAgent":"ua-{{{Needle}}}"}}"""));
        return [user, one, two];
    }
}
