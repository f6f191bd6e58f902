using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Segments;

public sealed class SegmentsApiTests
{
    private const string Pro = """{"field":"traits.plan","operator":"eq","value":"pro"}""";

    [Fact]
    public async Task A_segment_is_saved_listed_read_changed_and_deleted()
    {
        await using var host = await ApiHost.StartAsync();
        await PeopleAsync(host, 10);
        var id = await host.SegmentAsync($$"""{"name":"Pro","description":"pays","filter":{{Pro}}}""");

        var listed = Assert.Single((await host.GetAsync("/api/segments")).GetProperty("segments").EnumerateArray());
        Assert.Equal((id, "Pro", "pays", "live", 5), (Text(listed, "id"), Text(listed, "name"), Text(listed, "description"), Text(listed, "status"), listed.GetProperty("memberCount").GetInt32()));
        var read = await host.GetAsync($"/api/segments/{id}");
        Assert.Equal(Pro, read.GetProperty("filter").GetRawText());
        Assert.False(read.TryGetProperty("definition", out _));

        await host.PutAsync($"/api/segments/{id}", """{"name":"Free","filter":{"not":{"field":"traits.plan","operator":"eq","value":"pro"}}}""");
        await ApiHost.UntilAsync(async () => Text(await host.GetAsync($"/api/segments/{id}"), "status") == "live");
        Assert.Equal(("Free", "pays"), (Text(await host.GetAsync($"/api/segments/{id}"), "name"), Text(await host.GetAsync($"/api/segments/{id}"), "description")));

        await host.DeleteAsync($"/api/segments/{id}");
        await host.GetAsync($"/api/segments/{id}", HttpStatusCode.NotFound);
        await host.DeleteAsync($"/api/segments/{id}", HttpStatusCode.NotFound);
        Assert.Empty((await host.GetAsync("/api/segments")).GetProperty("segments").EnumerateArray());
    }

    [Fact]
    public async Task The_three_kinds_of_definition_come_back_in_both_spellings()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var definition in new[]
        {
            """{"kind":"event_type_in_last_days","eventType":"Order","days":7}""",
            """{"kind":"event_property_equals","eventType":"Order","path":"sku","value":"x","days":30}""",
            """{"kind":"event_count_gte_in_last_days","eventType":"Order","days":30,"minCount":2}""",
        })
        {
            var id = await host.SegmentAsync($$"""{"name":"D","definition":{{definition}}}""");
            var read = await host.GetAsync($"/api/segments/{id}");
            Assert.Equal(definition, read.GetProperty("definition").GetRawText());
            Assert.Equal("Order", Text(read.GetProperty("filter"), "event"));
        }
    }

    [Fact]
    public async Task The_count_follows_the_events()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await host.SegmentAsync($$"""{"name":"Pro","filter":{{Pro}}}""");
        for (var i = 1; i <= 5; i++)
        {
            await host.IngestAsync($$"""{"type":"identify","userId":"u{{i}}","traits":{"plan":"pro"} }""");
            var expected = i;
            await ApiHost.UntilAsync(async () => (await host.GetAsync($"/api/segments/{id}")).GetProperty("memberCount").GetInt32() == expected);
        }

        var audit = await host.GetAsync($"/api/segments/{id}/audit");
        Assert.Equal((5, 5), (audit.GetProperty("counter").GetInt32(), audit.GetProperty("rows").GetInt32()));
        Assert.NotEmpty(audit.GetProperty("positions").EnumerateObject());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Pages_of_members_together_are_the_members(int limit)
    {
        await using var host = await ApiHost.StartAsync();
        await PeopleAsync(host, 40);
        var id = await host.SegmentAsync($$"""{"name":"Pro","filter":{{Pro}}}""");

        var members = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await host.GetAsync($"/api/segments/{id}/members?limit={limit}&cursor={cursor}");
            members.AddRange(page.GetProperty("members").EnumerateArray().Select(member => Text(member, "userId")));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"u{i * 2}").Order(), members.Order());
    }

    [Fact]
    public async Task An_unsaved_definition_previews_exactly_the_members_it_then_has()
    {
        await using var host = await ApiHost.StartAsync();
        await PeopleAsync(host, 30);
        var known = await host.SegmentAsync($$"""{"name":"Pro","filter":{{Pro}}}""");
        foreach (var filter in new[]
        {
            Pro,
            """{"event":"Order","count":{"operator":"gte","value":2}}""",
            """{"event":"Order","where":[{"property":"total","operator":"gte","value":10}],"within":"30d"}""",
            $$"""{"and":[{"segment":"{{known}}"},{"not":{"event":"Order"} }]}""",
            """{"or":[]}""",
            """{"and":[]}""",
        })
        {
            var unsaved = await host.PostAsync("/api/segments/preview", $$"""{"filter":{{filter}}}""");
            var id = await host.SegmentAsync($$"""{"name":"S","filter":{{filter}}}""");
            var saved = await host.GetAsync($"/api/segments/{id}/preview");
            var members = (await host.GetAsync($"/api/segments/{id}/members?limit=1000")).GetProperty("members").EnumerateArray().Select(member => Text(member, "id")).Order();

            Assert.Equal(unsaved.GetProperty("count").GetInt32(), saved.GetProperty("count").GetInt32());
            Assert.Equal(members, unsaved.GetProperty("customers").EnumerateArray().Select(customer => Text(customer, "id")).Order());
            Assert.Equal(members, saved.GetProperty("customers").EnumerateArray().Select(customer => Text(customer, "id")).Order());
        }
    }

    [Fact]
    public async Task A_preview_beside_a_saved_segment_says_who_would_enter_and_leave_it()
    {
        await using var host = await ApiHost.StartAsync();
        await PeopleAsync(host, 20);
        var id = await host.SegmentAsync($$"""{"name":"Pro","filter":{{Pro}}}""");
        var members = (await host.GetAsync($"/api/segments/{id}/preview")).GetProperty("customers").EnumerateArray().Select(customer => Text(customer, "id")).ToHashSet();

        var everybody = await host.PostAsync("/api/segments/preview", $$"""{"filter":{"and":[]},"segmentId":"{{id}}"}""");
        var others = await host.PostAsync("/api/segments/preview", $$"""{"filter":{"not":{{Pro}}},"segmentId":"{{id}}"}""");

        Assert.Equal(["count", "customers", "enter", "leave"], everybody.EnumerateObject().Select(member => member.Name));
        Assert.Equal((20, 10, 0), (Count(everybody), Count(everybody.GetProperty("enter")), Count(everybody.GetProperty("leave"))));
        Assert.Equal((10, 10, 10), (Count(others), Count(others.GetProperty("enter")), Count(others.GetProperty("leave"))));
        Assert.Equal(members.Order(), others.GetProperty("leave").GetProperty("customers").EnumerateArray().Select(customer => Text(customer, "id")).Order());
        Assert.DoesNotContain(others.GetProperty("enter").GetProperty("customers").EnumerateArray(), customer => members.Contains(Text(customer, "id")));
        foreach (var wrong in new[] { "\"nobody\"", "7", $"\"{Guid.NewGuid()}\"" })
            await host.PostAsync("/api/segments/preview", $$"""{"filter":{"and":[]},"segmentId":{{wrong}}}""", HttpStatusCode.BadRequest);

        static int Count(JsonElement preview) => preview.GetProperty("count").GetInt32();
    }

    [Fact]
    public async Task A_preview_names_fifty_customers_and_counts_all()
    {
        await using var host = await ApiHost.StartAsync();
        await PeopleAsync(host, 60);

        var preview = await host.PostAsync("/api/segments/preview", """{"filter":{"and":[]}}""");

        Assert.Equal((60, 50), (preview.GetProperty("count").GetInt32(), preview.GetProperty("customers").GetArrayLength()));
        Assert.Equal(["id", "email", "userId"], preview.GetProperty("customers")[0].EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("{", null)]
    [InlineData("[]", null)]
    [InlineData("""{"filter":{"and":[]}}""", null)]
    [InlineData("""{"name":"","filter":{"and":[]}}""", null)]
    [InlineData("""{"name":"x"}""", null)]
    [InlineData("""{"name":"x","description":7,"filter":{"and":[]}}""", null)]
    [InlineData("""{"name":"x","where":"traits.plan LIKE 'pro'"}""", "where")]
    [InlineData("""{"name":"x","filter":{"and":[]},"definition":{}}""", "definition")]
    [InlineData("""{"name":"x","filter":{"and":[{"field":"traits.plan","operator":"is","value":1}]}}""", "filter.and[0].operator")]
    [InlineData("""{"name":"x","filter":{"segment":"01890000-0000-7000-8000-000000000000"}}""", "filter.segment")]
    [InlineData("""{"name":"x","definition":{"kind":"unknown"}}""", "definition.kind")]
    [InlineData("""{"name":"x","filter":"text"}""", "filter")]
    public async Task A_bad_definition_is_400_with_its_place(string body, string? path)
    {
        await using var host = await ApiHost.StartAsync();

        var problem = await host.PostAsync("/api/segments", body, HttpStatusCode.BadRequest);

        Assert.Equal(path, problem.TryGetProperty("path", out var at) ? at.GetString() : null);
        if (path is not null) Assert.Equal(path, Text(await host.PostAsync("/api/segments/preview", body, HttpStatusCode.BadRequest), "path"));
        Assert.Empty((await host.GetAsync("/api/segments")).GetProperty("segments").EnumerateArray());
    }

    [Fact]
    public async Task Deep_and_broken_bodies_are_400()
    {
        await using var host = await ApiHost.StartAsync();
        var deep = string.Concat(Enumerable.Repeat("""{"not":""", 5000)) + "{}" + new string('}', 5000);
        foreach (var body in new[] { $$"""{"name":"x","filter":{{deep}}}""", """{"name":"\ud800","filter":{"and":[]}}""", """{"name":"x","filter":{"field":"traits.a","operator":"eq","value":"\u0000"}}""", "null", "" })
            await host.PostAsync("/api/segments", body, HttpStatusCode.BadRequest);
        await host.PostAsync("/api/segments", new string(' ', 2_000_000), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Segments_cannot_refer_to_each_other_in_a_circle_and_one_referred_to_stays()
    {
        await using var host = await ApiHost.StartAsync();
        var first = await host.SegmentAsync($$"""{"name":"A","filter":{{Pro}}}""");
        var second = await host.SegmentAsync($$"""{"name":"B","filter":{"segment":"{{first}}"} }""");

        Assert.Equal("filter.segment", Text(await host.PutAsync($"/api/segments/{first}", $$"""{"filter":{"segment":"{{second}}"} }""", HttpStatusCode.BadRequest), "path"));
        await host.DeleteAsync($"/api/segments/{first}", HttpStatusCode.Conflict);
        await host.DeleteAsync($"/api/segments/{second}");
        await host.DeleteAsync($"/api/segments/{first}");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/preview")]
    [InlineData("GET", "/members")]
    [InlineData("GET", "/audit")]
    public async Task An_unknown_segment_is_404(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var id in new[] { "nonsense", "01890000-0000-7000-8000-000000000000" })
        {
            using var response = await host.SendAsync(new HttpMethod(method), $"/api/segments/{id}{path}", method == "PUT" ? "{}" : null);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=x", "cursor")]
    public async Task Bad_parameters_of_the_member_list_are_named(string query, string field)
    {
        await using var host = await ApiHost.StartAsync();
        var id = await host.SegmentAsync($$"""{"name":"Pro","filter":{{Pro}}}""");

        Assert.Equal(field, Text(await host.GetAsync($"/api/segments/{id}/members?{query}", HttpStatusCode.BadRequest), "field"));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    // Every second person is on the plan pro; person i has i % 4 orders.
    private static Task PeopleAsync(ApiHost host, int count) => host.IngestBatchAsync(Enumerable.Range(0, count).SelectMany(i =>
        Enumerable.Range(0, i % 4)
            .Select(order => $$"""{"type":"track","userId":"u{{i}}","event":"Order","properties":{"total":{{order * 10}} } }""")
            .Prepend($$"""{"type":"identify","userId":"u{{i}}","traits":{"plan":"{{(i % 2 == 0 ? "pro" : "free")}}"} }""")));
}
