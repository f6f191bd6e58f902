using System.Net;
using System.Text.Json;
using CdpPipeline.Api.Tests.Auth;
using CdpPipeline.Grains.Auditing;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Audit;

public sealed class AuditApiTests
{
    private const string Needle = "zx9qneedle";

    [Fact]
    public async Task Every_act_is_written_down_with_who_what_target_and_outcome_before_its_answer_is_sent()
    {
        await using var host = await ApiHost.StartAsync();
        var expected = new List<(string, string, string?)>();

        var source = Id(await host.PostAsync("/api/sources", """{"name":"shop"}""", HttpStatusCode.Created));
        await ExpectAsync("source.create", source);
        await host.PutAsync($"/api/sources/{source}", """{"name":"site"}""");
        await ExpectAsync("source.update", source);
        var writeKey = Id(await host.PostAsync($"/api/sources/{source}/keys", "{}", HttpStatusCode.Created));
        await ExpectAsync("source-key.create", $"{source}/{writeKey}");
        await host.DeleteAsync($"/api/sources/{source}/keys/{writeKey}");
        await ExpectAsync("source-key.revoke", $"{source}/{writeKey}");
        await host.PutAsync($"/api/sources/{source}/plan", """{"mode":"report","events":{}}""");
        await ExpectAsync("plan.update", source);
        await host.DeleteAsync($"/api/sources/{source}/violations");
        await ExpectAsync("violations.clear", source);
        await host.DeleteAsync($"/api/sources/{source}/plan");
        await ExpectAsync("plan.delete", source);
        await host.DeleteAsync($"/api/sources/{source}");
        await ExpectAsync("source.delete", source);
        var key = Id(await host.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created));
        await ExpectAsync("key.create", key);
        await host.DeleteAsync($"/api/keys/{key}");
        await ExpectAsync("key.delete", key);
        var segment = (await host.PostAsync("/api/segments", """{"name":"x","filter":{"and":[]}}""", HttpStatusCode.Created)).GetProperty("segmentId").GetString()!;
        await ExpectAsync("segment.create", segment);
        await host.PutAsync($"/api/segments/{segment}", """{"name":"y"}""");
        await ExpectAsync("segment.update", segment);
        await host.DeleteAsync($"/api/segments/{segment}");
        await ExpectAsync("segment.delete", segment);
        var trait = (await host.PostAsync("/api/computed-traits", """{"name":"orders","fn":"count","event":"Order"}""", HttpStatusCode.Created)).GetProperty("computedTraitId").GetString()!;
        await ExpectAsync("computed-trait.create", trait);
        await host.PutAsync($"/api/computed-traits/{trait}", """{"description":"d"}""");
        await ExpectAsync("computed-trait.update", trait);
        await host.DeleteAsync($"/api/computed-traits/{trait}");
        await ExpectAsync("computed-trait.delete", trait);
        await host.DeleteAsync("/api/keys/admin", HttpStatusCode.Conflict);
        await ExpectAsync("key.delete", "admin", "refused");
        await host.PostAsync("/api/segments", "{}", HttpStatusCode.BadRequest);
        await ExpectAsync("segment.create", null, "refused");

        Assert.All(await EntriesAsync(host), entry =>
        {
            var actor = entry.GetProperty("actor");
            Assert.Equal(("admin", "admin", null), (Text(actor, "keyId"), Text(actor, "name"), Text(actor, "session")));
            Assert.InRange(entry.GetProperty("at").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
        });

        async Task ExpectAsync(string action, string? target, string outcome = "done")
        {
            expected.Insert(0, (action, outcome, target));
            Assert.Equal(expected.Order(), (await EntriesAsync(host)).Select(entry => (Text(entry, "action")!, Text(entry, "outcome")!, Text(entry, "target"))).Order());
        }
    }

    [Fact]
    public async Task What_was_done_to_people_is_written_down_without_their_names_and_outlives_their_erasure()
    {
        await using var host = await ApiHost.StartAsync();
        var ann = await host.IngestAsync($$$"""{"type":"identify","userId":"ann-{{{Needle}}}","traits":{"email":"ann@{{{Needle}}}.example"}}""");
        var bob = await host.IngestAsync($$"""{"userId":"bob-{{Needle}}","event":"E"}""");
        await host.PostAsync($"/api/profiles/userId:ann-{Needle}/merges?dryRun=true", $$"""{"other":"userId:bob-{{Needle}}"}""");
        await host.PostAsync($"/api/profiles/userId:ann-{Needle}/merges", $$"""{"other":"userId:bob-{{Needle}}"}""");
        await host.PostAsync($"/api/profiles/userId:ann-{Needle}/merges/{bob}/undo", "");
        using var erased = await host.SendAsync(HttpMethod.Delete, $"/api/profiles/email:ann@{Needle}.example");
        var receipt = Id(await ApiHost.ReadAsync(erased, HttpStatusCode.OK));
        await host.DeleteAsync($"/api/suppressions/userId:ann-{Needle}");
        await host.DeleteAsync($"/api/profiles/userId:nobody-{Needle}", HttpStatusCode.NotFound);
        await host.DeleteAsync($"/api/keys/{Needle}", HttpStatusCode.NotFound);
        await host.DeleteAsync($"/api/segments/{Needle}", HttpStatusCode.NotFound);

        var log = await host.GetAsync("/api/audit");

        Assert.DoesNotContain(Needle, log.GetRawText(), StringComparison.Ordinal);
        (string, string, string?)[] expected =
        [
            ("profile.merge", "done", $"{ann} {bob}"),
            ("profile.unmerge", "done", $"{ann} {bob}"),
            ("profile.erase", "done", receipt),
            ("suppression.lift", "done", receipt),
            ("profile.erase", "refused", null),
            ("key.delete", "refused", null),
            ("segment.delete", "refused", null),
        ];
        Assert.Equal(expected.Order(), (await EntriesAsync(host)).Select(entry => (Text(entry, "action")!, Text(entry, "outcome")!, Text(entry, "target"))).Order());
    }

    [Fact]
    public async Task Sessions_are_named_and_keys_are_not()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await host.PostAsync("/api/keys", """{"name":"Ann's","role":"admin"}""", HttpStatusCode.Created);
        var key = Text(made, "key")!;
        var (session, _, _) = await Browsing.OpenAsync(host, key);
        await session.StatusAsync(host, HttpMethod.Post, "/api/sources", """{"name":"shop"}""");
        await session.StatusAsync(host, HttpMethod.Delete, "/api/session");

        var entries = (await host.GetAsync($"/api/audit?actor={Id(made)}")).GetProperty("entries").EnumerateArray().ToList();

        Assert.Equal(new HashSet<string?> { "session.open", "source.create", "session.end" }, entries.Select(entry => Text(entry, "action")).ToHashSet());
        var id = Assert.Single(entries.Select(entry => Text(entry.GetProperty("actor"), "session")).Distinct());
        Assert.All(entries, entry => Assert.True(Text(entry, "target") == id || Text(entry, "action") == "source.create"));
        Assert.Equal("Ann's", Text(entries[0].GetProperty("actor"), "name"));
        foreach (var secret in new[] { key, session.Csrf, session.Cookie["cdp_session=".Length..] })
            Assert.DoesNotContain(secret, (await host.GetAsync("/api/audit")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_read_page_by_page_and_by_action()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 7; i++) await host.PostAsync("/api/sources", """{"name":"shop"}""", HttpStatusCode.Created);
        await host.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created);

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.GetAsync($"/api/audit?limit=3&action=source.create{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(page.GetProperty("entries").EnumerateArray().Select(Id));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal((7, 7), (seen.Count, seen.Distinct().Count()));
        Assert.Equal(seen.OrderDescending(StringComparer.Ordinal), seen);
        Assert.Equal("cursor", Text(await host.GetAsync("/api/audit?cursor=AAAA", HttpStatusCode.BadRequest), "field"));
        Assert.Equal("limit", Text(await host.GetAsync("/api/audit?limit=0", HttpStatusCode.BadRequest), "field"));
    }

    [Fact]
    public async Task Entries_are_kept_for_as_long_as_is_set()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Audit:KeptFor", "2.00:00:00"));
        var log = host.Services.GetRequiredService<IAuditLog>();
        foreach (var days in new[] { 1, 3 })
        {
            var at = TimeProvider.System.GetUtcNow().AddDays(-days);
            await log.BeginAsync(new AuditEntry(Guid.CreateVersion7(at), at, new AuditActor($"{days}", "a", null), "a"), TestContext.Current.CancellationToken);
        }

        await host.Services.GetRequiredService<AuditSweep>().SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal("1", Text(Assert.Single(await EntriesAsync(host)).GetProperty("actor"), "keyId"));
    }

    private static string Id(JsonElement json) => json.GetProperty("id").GetString()!;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<List<JsonElement>> EntriesAsync(ApiHost host) => [.. (await host.GetAsync("/api/audit?limit=100")).GetProperty("entries").EnumerateArray()];
}
