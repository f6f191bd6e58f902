using System.Net;

namespace CdpPipeline.Api.Tests.Profiles;

public sealed class ProfileListTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    [InlineData(1000)]
    public async Task Pages_of_any_size_together_list_everybody_once_newest_first(int limit)
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 25; i++) await host.IngestAsync($$"""{"userId":"u{{i}}","event":"E"}""");

        var listed = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await host.GetAsync($"/api/profiles?limit={limit}&cursor={cursor}");
            listed.AddRange(page.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetProperty("userId").GetString()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"u{i}"), listed);
    }

    [Fact]
    public async Task A_listed_person_has_her_live_counts()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"email":"u@x.com"},"timestamp":"2026-01-01T00:00:00Z"}""");
        var id = await host.IngestAsync("""{"userId":"u","event":"E","timestamp":"2026-01-02T00:00:00Z"}""");

        var profile = Assert.Single((await host.GetAsync("/api/profiles")).GetProperty("profiles").EnumerateArray());

        Assert.Equal($$"""{"id":"{{id}}","userId":"u","email":"u@x.com","eventCount":2,"lastSeen":"2026-01-02T00:00:00.000Z"}""", profile.GetRawText());
    }

    [Fact]
    public async Task A_search_finds_by_part_of_an_identifier_and_merged_people_once()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"ann","traits":{"email":"Ann@shop.com"}}""");
        await host.IngestAsync("""{"userId":"bob","event":"E"}""");
        await host.IngestAsync("""{"anonymousId":"ann-phone","event":"E"}""");
        await host.PostAsync("/api/profiles/userId:ann/merges", """{"other":"anonymousId:ann-phone"}""");

        Assert.Equal(["ann"], await FoundAsync("ANN"));
        Assert.Equal(["ann"], await FoundAsync("shop.com"));
        Assert.Equal(["ann"], await FoundAsync("ann-phone"));
        Assert.Empty(await FoundAsync("nobody"));
        Assert.Equal(["bob", "ann"], await FoundAsync(""));

        async Task<List<string?>> FoundAsync(string search) =>
            [.. (await host.GetAsync($"/api/profiles?search={search}")).GetProperty("profiles").EnumerateArray().Select(profile => profile.GetProperty("userId").GetString())];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Pages_of_a_search_together_list_everybody_found_once_whoever_is_meant_exactly_first(int limit)
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"anonymousId":"u1","event":"E"}""");
        await host.IngestAsync("""{"userId":"u1","event":"E"}""");
        for (var i = 10; i < 20; i++) await host.IngestAsync($$"""{"userId":"u{{i}}","event":"E"}""");

        var found = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await host.GetAsync($"/api/profiles?search=u1&limit={limit}&cursor={cursor}");
            found.AddRange(page.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetProperty("userId").GetString()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal([.. (string?[])["u1", null], .. Enumerable.Range(10, 10).Reverse().Select(i => $"u{i}")], found);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=99999999999", "limit")]
    [InlineData("cursor=xyz", "cursor")]
    [InlineData("search=a%00b", "search")]
    public async Task Bad_parameters_are_named(string query, string field)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(field, (await host.GetAsync($"/api/profiles?{query}", HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }
}
