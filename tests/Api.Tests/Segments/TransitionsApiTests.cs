using System.Net;
using System.Text.Json;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Segments;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Segments;

public sealed class TransitionsApiTests
{
    private const string Pro = """{"name":"Pro","filter":{"field":"traits.plan","operator":"eq","value":"pro"}}""";

    [Fact]
    public async Task Entries_and_exits_are_listed_newest_first_page_by_page()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await host.SegmentAsync(Pro);
        var ann = await PlanAsync(host, "ann", "pro");
        var bob = await PlanAsync(host, "bob", "pro");
        await PlanAsync(host, "ann", "free");
        await PlanAsync(host, "ann", "free");

        var told = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await host.GetAsync($"/api/segments/{id}/transitions?limit=2&cursor={cursor}");
            told.AddRange(page.GetProperty("transitions").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal([(ann, "exit"), (bob, "enter"), (ann, "enter")], told.Select(each => (Text(each, "id"), Text(each, "type"))));
        Assert.All(told, each => Assert.Equal("event", Text(each, "cause")));
        Assert.Equal(Text(told[2], "since"), Text(told[0], "since"));
        Assert.True(told[0].GetProperty("at").GetDateTimeOffset() > told[0].GetProperty("since").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_changed_segment_and_one_that_refers_to_it_keep_their_members_until_both_change_at_once()
    {
        await using var host = await ApiHost.StartAsync();
        var (ann, bob) = (await PlanAsync(host, "ann", "pro"), await PlanAsync(host, "bob", "free"));
        var id = await host.SegmentAsync(Pro);
        var other = await host.SegmentAsync($$"""{"name":"Other","filter":{"not":{"segment":"{{id}}"} } }""");
        await host.Services.GetRequiredService<Backfill>().DisposeAsync();

        await host.PutAsync($"/api/segments/{id}", """{"filter":{"field":"traits.plan","operator":"eq","value":"free"}}""");
        foreach (var person in new[] { ann, bob }) await ReevaluateAsync(host, person);

        Assert.Equal(("backfilling", 1), (Text(await host.GetAsync($"/api/segments/{id}"), "status"), (await host.GetAsync($"/api/segments/{id}")).GetProperty("memberCount").GetInt32()));
        Assert.Equal("backfilling", Text(await host.GetAsync($"/api/segments/{other}"), "status"));
        Assert.Equal(([ann], [bob]), (await MembersAsync(host, id), await MembersAsync(host, other)), Same);
        Assert.Equal([id], (await host.GetAsync($"/api/profiles/{ann}")).GetProperty("segments").EnumerateArray().Select(each => Text(each, "id")));
        var cat = await PlanAsync(host, "cat", "pro");
        Assert.Equal([ann, cat], await MembersAsync(host, id));

        await host.Services.GetRequiredService<IGrains>().Catalog.CompleteBackfillAsync(long.MaxValue, TestContext.Current.CancellationToken);

        Assert.Equal(([bob], [ann, cat]), (await MembersAsync(host, id), await MembersAsync(host, other)), Same);
        Assert.Equal(("live", 1), (Text(await host.GetAsync($"/api/segments/{id}"), "status"), (await host.GetAsync($"/api/segments/{id}")).GetProperty("memberCount").GetInt32()));
        Assert.Equal([other], (await host.GetAsync($"/api/profiles/{ann}")).GetProperty("segments").EnumerateArray().Select(each => Text(each, "id")));
        var told = (await host.GetAsync($"/api/segments/{id}/transitions?limit=3")).GetProperty("transitions").EnumerateArray().ToList();
        Assert.All(told, each => Assert.Equal("definition", Text(each, "cause")));
        Assert.Equal(new HashSet<(string?, string?)> { (ann, "exit"), (cat, "exit"), (bob, "enter") }, [.. told.Select(each => (Text(each, "id"), Text(each, "type")))]);
        Assert.Equal((1, 1), ((await host.GetAsync($"/api/segments/{id}/audit")).GetProperty("counter").GetInt32(), (await host.GetAsync($"/api/segments/{id}/audit")).GetProperty("rows").GetInt32()));
    }

    [Fact]
    public async Task A_new_name_makes_no_new_members()
    {
        await using var host = await ApiHost.StartAsync();
        await PlanAsync(host, "ann", "pro");
        var id = await host.SegmentAsync(Pro);
        await host.Services.GetRequiredService<Backfill>().DisposeAsync();

        Assert.Equal("live", Text(await host.PutAsync($"/api/segments/{id}", """{"name":"Paying"}"""), "status"));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("cursor=x")]
    public async Task Bad_parameters_are_400(string query)
    {
        await using var host = await ApiHost.StartAsync();
        var id = await host.SegmentAsync(Pro);

        await host.GetAsync($"/api/segments/{id}/transitions?{query}", HttpStatusCode.BadRequest);
        await host.GetAsync("/api/segments/01890000-0000-7000-8000-000000000000/transitions", HttpStatusCode.NotFound);
    }

    private static bool Same((string[] One, string[] Other) expected, (string[] One, string[] Other) seen) =>
        expected.One.SequenceEqual(seen.One) && expected.Other.SequenceEqual(seen.Other);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static Task<string> PlanAsync(ApiHost host, string user, string plan) =>
        host.IngestAsync($$"""{"type":"identify","userId":"{{user}}","traits":{"plan":"{{plan}}"} }""");

    private static async Task<string[]> MembersAsync(ApiHost host, string id) =>
        [.. (await host.GetAsync($"/api/segments/{id}/members")).GetProperty("members").EnumerateArray().Select(each => Text(each, "id")!)];

    private static Task ReevaluateAsync(ApiHost host, string person) =>
        host.Services.GetRequiredService<IGrains>().Identity(new IdentityId(Guid.Parse(person))).ReevaluateAsync(0, TestContext.Current.CancellationToken);
}
