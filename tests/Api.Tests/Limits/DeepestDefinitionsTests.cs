using System.Net;

namespace CdpPipeline.Api.Tests.Limits;

/// <summary>What is as deep as its reader allows is also stored, worked with, and read again by a host that starts.</summary>
public sealed class DeepestDefinitionsTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-deepest-").FullName;

    [Fact]
    public async Task The_deepest_filter_counts_and_is_read_again_after_a_restart()
    {
        var filter = Filter(levels: 32);
        string segment;
        await using (var host = await StartAsync())
        {
            var refused = await host.PostAsync("/api/segments", $$"""{"name":"too deep","filter":{{Filter(levels: 33)}}}""", HttpStatusCode.BadRequest);
            Assert.Contains("at most 32 levels", refused.GetRawText(), StringComparison.Ordinal);
            segment = (await host.PostAsync("/api/segments", $$"""{"name":"deep","filter":{{filter}}}""", HttpStatusCode.Created)).GetProperty("segmentId").GetString()!;
            await CheckAsync(host, segment, filter, "u1", members: 1);
        }

        await using var again = await StartAsync();
        await CheckAsync(again, segment, filter, "u2", members: 2);
    }

    [Fact]
    public async Task The_deepest_plan_is_in_force_and_is_read_again_after_a_restart()
    {
        // A body may be 128 levels deep; four of them are around the value.
        var (plan, tooDeep) = (Plan(124), Plan(125));
        string source;
        await using (var host = await StartAsync())
        {
            source = (await host.PostAsync("/api/sources", """{"name":"deep"}""", HttpStatusCode.Created)).GetProperty("id").GetString()!;
            await host.PutAsync($"/api/sources/{source}/plan", tooDeep, HttpStatusCode.BadRequest);
            Assert.Equal(plan, (await host.PutAsync($"/api/sources/{source}/plan", plan)).GetRawText());
        }

        await using var again = await StartAsync();
        Assert.Equal(plan, (await again.GetAsync($"/api/sources/{source}/plan")).GetRawText());
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private Task<ApiHost> StartAsync() => ApiHost.StartInAsync(directory, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey));

    private static async Task CheckAsync(ApiHost host, string segment, string filter, string user, int members)
    {
        await host.IngestBatchAsync(Enumerable.Range(1, 8).Select(second =>
            $$"""{"type":"track","userId":"{{user}}","event":"Order","properties":{"sku":"a"},"timestamp":"2026-01-01T00:00:0{{second}}Z"}"""));
        await ApiHost.UntilAsync(async () => (await host.GetAsync($"/api/segments/{segment}")).GetProperty("memberCount").GetInt32() == members);
        Assert.Equal(filter, (await host.GetAsync($"/api/segments/{segment}")).GetProperty("filter").GetRawText());
        Assert.True((await host.GetAsync($"/api/profiles/userId:{user}/segments/{segment}/explain")).GetProperty("isMember").GetBoolean());
    }

    /// <summary>Lists within lists, and in the innermost a sequence of as many steps as one may have.</summary>
    private static string Filter(int levels)
    {
        const string step = """{"event":"Order","where":[{"property":"sku","operator":"in","value":["a","b"]}]""";
        return Repeat("""{"and":[""", levels - 1) + Repeat(step + ""","then":""", 7) + step + new string('}', 8) + Repeat("]}", levels - 1);
    }

    private static string Plan(int levels) => """{"mode":"block","events":{"Deep":{"enum":[""" + Repeat("""{"n":""", levels) + "1" + new string('}', levels) + "]}}}";

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
