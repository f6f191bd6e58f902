using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Profiles;

public sealed class MergeApiTests
{
    [Theory]
    [InlineData("?dryRun")]
    [InlineData("?dryRun=")]
    [InlineData("?dryRun=TRUE")]
    [InlineData("?dryRun=1")]
    [InlineData("?dryRun=true&dryRun=false")]
    public async Task A_dry_run_that_is_asked_for_in_another_way_is_refused_rather_than_done(string query)
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"u","event":"E"}""");
        await host.IngestAsync("""{"anonymousId":"v","event":"E"}""");

        var answer = await host.PostAsync("/api/profiles/userId:u/merges" + query, """{"other":"anonymousId:v"}""", HttpStatusCode.BadRequest);

        Assert.Equal("dryRun", answer.GetProperty("field").GetString());
        Assert.Empty((await host.GetAsync("/api/profiles/userId:u/merges")).GetProperty("merges").EnumerateArray());
    }

    [Fact]
    public async Task A_dry_run_says_what_the_merge_then_does_and_changes_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        var segment = await host.SegmentAsync("""{"name":"Two orders","filter":{"event":"Order","count":{"operator":"gte","value":2}}}""");
        var (user, visitor) = await TwoAsync(host);

        var dry = await host.PostAsync("/api/profiles/userId:u/merges?dryRun=true", """{"other":"anonymousId:v"}""");

        Assert.Equal((user, visitor), (Text(dry, "survivorId"), Text(dry, "mergedId")));
        Assert.Equal(4, dry.GetProperty("eventCount").GetInt32());
        Assert.Equal(segment, Assert.Single(dry.GetProperty("segments").GetProperty("entered").EnumerateArray()).GetProperty("id").GetString());
        var conflict = Assert.Single(dry.GetProperty("traitConflicts").EnumerateArray());
        Assert.Equal(("plan", "free", "pro", "pro"), (Text(conflict, "name"), Text(conflict, "survivor"), Text(conflict, "merged"), Text(conflict, "result")));
        Assert.Equal(2, (await host.GetAsync("/api/profiles/userId:u")).GetProperty("eventCount").GetInt32());

        var merged = await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:v"}""");

        Assert.Equal((true, user, visitor), (merged.GetProperty("merged").GetBoolean(), Text(merged, "survivorId"), Text(merged, "mergedId")));
        var profile = await host.GetAsync("/api/profiles/userId:u");
        Assert.Equal(dry.GetProperty("traits").GetRawText(), profile.GetProperty("traits").GetRawText());
        Assert.Equal(dry.GetProperty("identifiers").GetRawText(), profile.GetProperty("identifiers").GetRawText());
        Assert.Equal(4, profile.GetProperty("eventCount").GetInt32());
        Assert.Equal("Two orders", Text(Assert.Single(profile.GetProperty("segments").EnumerateArray()), "name"));
        Assert.Equal(visitor, Assert.Single(profile.GetProperty("mergedIds").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_merged_id_and_its_identifiers_answer_with_the_survivor()
    {
        await using var host = await ApiHost.StartAsync();
        var (user, visitor) = await TwoAsync(host);
        await host.PostAsync($"/api/profiles/{visitor}/merges", $$"""{"other":"{{user}}"}""");

        foreach (var reference in new[] { user, visitor, "userId:u", "anonymousId:v" }) Assert.Equal(user, Text(await host.GetAsync($"/api/profiles/{reference}"), "id"));
    }

    [Fact]
    public async Task An_undone_merge_leaves_both_as_they_were_with_what_came_in_between()
    {
        await using var host = await ApiHost.StartAsync();
        var (user, visitor) = await TwoAsync(host);
        var before = (await host.GetAsync($"/api/profiles/{user}"), await host.GetAsync($"/api/profiles/{visitor}"));
        await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:v"}""");

        var undone = await host.PostAsync($"/api/profiles/userId:u/merges/{visitor}/undo", "");

        Assert.Equal((true, user, visitor), (undone.GetProperty("undone").GetBoolean(), Text(undone, "id"), Text(undone, "restoredId")));
        Assert.Equal(before.Item1.GetRawText(), (await host.GetAsync("/api/profiles/userId:u")).GetRawText());
        Assert.Equal(before.Item2.GetRawText(), (await host.GetAsync("/api/profiles/anonymousId:v")).GetRawText());
        Assert.Equal(before.Item2.GetRawText(), (await host.GetAsync($"/api/profiles/{visitor}")).GetRawText());

        Assert.Equal(visitor, await host.IngestAsync("""{"anonymousId":"v","event":"Order"}"""));
    }

    [Fact]
    public async Task An_event_between_merge_and_undo_goes_with_its_identifier()
    {
        await using var host = await ApiHost.StartAsync();
        var (user, visitor) = await TwoAsync(host);
        await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:v"}""");
        Assert.Equal(user, await host.IngestAsync("""{"anonymousId":"v","event":"Between"}"""));

        await host.PostAsync($"/api/profiles/userId:u/merges/{visitor}/undo", "");

        Assert.Equal(3, (await host.GetAsync("/api/profiles/anonymousId:v")).GetProperty("eventCount").GetInt32());
        Assert.Equal(2, (await host.GetAsync("/api/profiles/userId:u")).GetProperty("eventCount").GetInt32());
    }

    [Fact]
    public async Task The_history_tells_cause_and_undo()
    {
        await using var host = await ApiHost.StartAsync();
        var (user, visitor) = await TwoAsync(host);
        await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:v"}""");
        var merged = Assert.Single((await host.GetAsync("/api/profiles/anonymousId:v/merges")).GetProperty("merges").EnumerateArray());
        Assert.Equal((visitor, user, "merged", "request"), (Text(merged, "mergedId"), Text(merged, "into"), Text(merged, "state"), Text(merged.GetProperty("cause"), "reason")));

        await host.PostAsync($"/api/profiles/userId:u/merges/{visitor}/undo", "");
        var undone = Assert.Single((await host.GetAsync("/api/profiles/userId:u/merges")).GetProperty("merges").EnumerateArray());
        Assert.Equal("undone", Text(undone, "state"));
        Assert.NotNull(Text(undone, "undoneAt"));

        await host.PostAsync($"/api/profiles/userId:u/merges/{visitor}/undo", "", HttpStatusCode.Conflict);
        await host.PostAsync($"/api/profiles/userId:u/merges/{Guid.NewGuid()}/undo", "", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task With_a_userId_on_both_sides_the_one_named_by_the_path_survives()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"old","event":"E"}""");
        var id = await host.IngestAsync("""{"userId":"new","event":"E"}""");

        Assert.Equal(id, Text(await host.PostAsync("/api/profiles/userId:new/merges?dryRun=true", """{"other":"userId:old"}"""), "survivorId"));
        Assert.Equal(id, Text(await host.PostAsync("/api/profiles/userId:new/merges", """{"other":"userId:old"}"""), "survivorId"));
        Assert.Equal("new", Text(await host.GetAsync("/api/profiles/userId:old"), "userId"));
    }

    [Fact]
    public async Task Merging_what_is_one_already_changes_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        await TwoAsync(host);
        await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:v"}""");

        Assert.False((await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:v"}""")).GetProperty("merged").GetBoolean());
        Assert.False((await host.PostAsync("/api/profiles/userId:u/merges?dryRun=true", """{"other":"userId:u"}""")).GetProperty("merged").GetBoolean());
        Assert.Single((await host.GetAsync("/api/profiles/userId:u/merges")).GetProperty("merges").EnumerateArray());
    }

    [Theory]
    [InlineData("{}", "other", HttpStatusCode.BadRequest)]
    [InlineData("""{"other":7}""", "other", HttpStatusCode.BadRequest)]
    [InlineData("""{"other":"nonsense"}""", "other", HttpStatusCode.BadRequest)]
    [InlineData("""{"other":"userId:nobody"}""", "other", HttpStatusCode.NotFound)]
    [InlineData("[]", "body", HttpStatusCode.BadRequest)]
    public async Task Bad_input_names_the_field(string body, string field, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"u","event":"E"}""");

        Assert.Equal(field, (await host.PostAsync("/api/profiles/userId:u/merges", body, status)).GetProperty("field").GetString());
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<(string User, string Visitor)> TwoAsync(ApiHost host)
    {
        var user = await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"plan":"free","name":"Ann"},"timestamp":"2026-01-01T00:00:00Z"}""");
        await host.IngestAsync("""{"userId":"u","event":"Order","timestamp":"2026-01-02T00:00:00Z"}""");
        var visitor = await host.IngestAsync("""{"type":"identify","anonymousId":"v","traits":{"plan":"pro"},"timestamp":"2026-01-03T00:00:00Z"}""");
        await host.IngestAsync("""{"anonymousId":"v","event":"Order","timestamp":"2026-01-04T00:00:00Z"}""");
        return (user, visitor);
    }
}
