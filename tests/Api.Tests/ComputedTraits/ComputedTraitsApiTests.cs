using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.ComputedTraits;

public sealed class ComputedTraitsApiTests
{
    [Fact]
    public async Task A_computed_trait_is_saved_listed_read_changed_and_deleted()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await SaveAsync(host, """{"name":"total_spent","description":"all orders","fn":"sum","event":"Order","where":[{"property":"total","operator":"gt","value":0}],"property":"total","within":"90d"}""");

        var listed = Assert.Single((await host.GetAsync("/api/computed-traits")).GetProperty("computedTraits").EnumerateArray());
        Assert.Equal((id, "total_spent", "all orders", "sum", "Order", "total", "90d", "live"), (
            Text(listed, "id"), Text(listed, "name"), Text(listed, "description"), Text(listed, "fn"), Text(listed, "event"), Text(listed, "property"), Text(listed, "within"), Text(listed, "status")));
        Assert.Equal("""[{"property":"total","operator":"gt","value":0}]""", listed.GetProperty("where").GetRawText());
        Assert.NotNull(Text(listed, "updatedAt"));

        var changed = await host.PutAsync($"/api/computed-traits/{id}", """{"name":"orders","fn":"count","event":"Order","between":{"from":"30d","to":"7d"}}""");
        Assert.Equal(("orders", "all orders", "count"), (Text(changed, "name"), Text(changed, "description"), Text(changed, "fn")));
        Assert.Equal("""{"from":"30d","to":"7d"}""", changed.GetProperty("between").GetRawText());
        Assert.False(changed.TryGetProperty("property", out _) || changed.TryGetProperty("within", out _) || changed.TryGetProperty("where", out _));
        Assert.Equal(changed.GetRawText(), (await host.GetAsync($"/api/computed-traits/{id}")).GetRawText());

        await host.DeleteAsync($"/api/computed-traits/{id}");
        await host.GetAsync($"/api/computed-traits/{id}", HttpStatusCode.NotFound);
        await host.DeleteAsync($"/api/computed-traits/{id}", HttpStatusCode.NotFound);
        Assert.Empty((await host.GetAsync("/api/computed-traits")).GetProperty("computedTraits").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"fn":"count","event":"Order"}""", "name")]
    [InlineData("""{"name":"1st","fn":"count","event":"Order"}""", "name")]
    [InlineData("""{"name":"a b","fn":"count","event":"Order"}""", "name")]
    [InlineData("""{"name":"a","event":"Order"}""", "fn")]
    [InlineData("""{"name":"a","fn":"median","event":"Order"}""", "fn")]
    [InlineData("""{"name":"a","fn":"count"}""", "event")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","property":"total"}""", "property")]
    [InlineData("""{"name":"a","fn":"sum","event":"Order"}""", "property")]
    [InlineData("""{"name":"a","fn":"sum","event":"Order","property":"a..b"}""", "property")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","within":"soon"}""", "within")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","within":"1d","between":{"from":"2d","to":"1d"}}""", "between")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","between":{"from":"1d","to":"2d"}}""", "between")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","where":[{"property":"total","operator":"above","value":1}]}""", "where[0].operator")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","count":{"value":1}}""", "count")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","then":{"event":"Paid"}}""", "then")]
    [InlineData("""{"name":"a","fn":"count","event":"Order","description":5}""", "description")]
    public async Task What_is_not_right_is_refused_with_its_place(string body, string path)
    {
        await using var host = await ApiHost.StartAsync();
        var problem = await host.PostAsync("/api/computed-traits", body, HttpStatusCode.BadRequest);
        Assert.Equal(path, problem.TryGetProperty("path", out var place) ? place.GetString() : Text(problem, "field"));
        Assert.Empty((await host.GetAsync("/api/computed-traits")).GetProperty("computedTraits").EnumerateArray());
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await using var host = await ApiHost.StartAsync();
        await SaveAsync(host, """{"name":"orders","fn":"count","event":"Order"}""");
        var other = await SaveAsync(host, """{"name":"visits","fn":"count","event":"Visit"}""");

        var problem = await host.PostAsync("/api/computed-traits", """{"name":"orders","fn":"count","event":"Order"}""", HttpStatusCode.Conflict);
        Assert.EndsWith("name-taken", Text(problem, "type"), StringComparison.Ordinal);
        await host.PutAsync($"/api/computed-traits/{other}", """{"name":"orders"}""", HttpStatusCode.Conflict);
        await host.PutAsync($"/api/computed-traits/{other}", """{"name":"Orders"}""");
    }

    [Fact]
    public async Task There_are_200_at_most()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 200; i++) await SaveAsync(host, $$"""{"name":"t{{i}}","fn":"count","event":"E{{i}}"}""");

        var problem = await host.PostAsync("/api/computed-traits", """{"name":"one_more","fn":"count","event":"E"}""", HttpStatusCode.Conflict);
        Assert.EndsWith("too-many-computed-traits", Text(problem, "type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_a_segment_reads_keeps_its_name_and_is_not_deleted()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await SaveAsync(host, """{"name":"orders","fn":"count","event":"Order"}""");
        var segment = await host.SegmentAsync("""{"name":"Buyers","where":"NOT (traits.orders = 0)"}""");

        foreach (var (method, body) in new[] { (HttpMethod.Delete, (string?)null), (HttpMethod.Put, """{"name":"purchases"}""") })
        {
            var problem = await ApiHost.ReadAsync(await host.SendAsync(method, $"/api/computed-traits/{id}", body), HttpStatusCode.Conflict);
            Assert.EndsWith("computed-trait-in-use", Text(problem, "type"), StringComparison.Ordinal);
            Assert.Contains(segment, Text(problem, "detail"), StringComparison.Ordinal);
        }

        await host.DeleteAsync($"/api/segments/{segment}");
        await host.DeleteAsync($"/api/computed-traits/{id}");
    }

    [Fact]
    public async Task Changing_takes_an_admin_key()
    {
        await using var host = await ApiHost.StartAsync();
        var key = Text(await host.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created), "key");

        await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Get, "/api/computed-traits", key: key), HttpStatusCode.OK);
        await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Post, "/api/computed-traits", """{"name":"a","fn":"count","event":"A"}""", key), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Definitions_and_values_outlive_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-traits-").FullName;
        var settings = new[] { ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey) };
        string before;
        await using (var host = await ApiHost.StartInAsync(directory, settings))
        {
            await SaveAsync(host, """{"name":"best","fn":"max","event":"Order","property":"total"}""");
            await host.IngestAsync("""{"userId":"u","event":"Order","properties":{"total":12.5}}""");
            before = (await host.GetAsync("/api/computed-traits")).GetRawText();
        }

        await using (var host = await ApiHost.StartInAsync(directory, settings))
        {
            Assert.Equal(before, (await host.GetAsync("/api/computed-traits")).GetRawText());
            Assert.Equal("""{"best":12.5}""", (await host.GetAsync("/api/profiles/userId:u")).GetProperty("traits").GetRawText());
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task<string> SaveAsync(ApiHost host, string body) =>
        Text(await host.PostAsync("/api/computed-traits", body, HttpStatusCode.Created), "computedTraitId")!;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
