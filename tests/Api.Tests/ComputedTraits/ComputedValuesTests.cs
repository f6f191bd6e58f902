using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.ComputedTraits;

/// <summary>What computed traits are worth on profiles, in previews and in segments.</summary>
public sealed class ComputedValuesTests
{
    private const string Functions = """
        count 3
        sum 60.75
        avg 20.25
        min 10.25
        max 30
        first 20.5
        last 10.25
        most_frequent "de"
        unique_list ["fr","de"]
        unique_count 2
        """;

    [Fact]
    public async Task Every_function_says_its_value_on_the_profile()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync(Order("u", 20.5m, "de", minutesAgo: 3));
        foreach (var (function, _) in Expected())
        {
            var property = function switch { "count" => "", "most_frequent" or "unique_list" or "unique_count" => ",\"property\":\"country\"", _ => ",\"property\":\"total\"" };
            await SaveAsync(host, $$"""{"name":"{{function}}","fn":"{{function}}","event":"Order"{{property}}}""");
            await SaveAsync(host, $$"""{"name":"w_{{function}}","fn":"{{function}}","event":"Order","within":"1h"{{property}}}""");
        }

        // What was there before the definitions, and what comes after, late and out of order.
        await host.IngestAsync(Order("u", 10.25m, "fr", minutesAgo: 1));
        await host.IngestAsync(Order("u", 30m, "de", minutesAgo: 2));

        var profile = await host.GetAsync("/api/profiles/userId:u");
        foreach (var (function, value) in Expected())
        {
            Assert.Equal((function, value), (function, profile.GetProperty("traits").GetProperty(function).GetRawText()));
            Assert.Equal((function, value), (function, profile.GetProperty("traits").GetProperty("w_" + function).GetRawText()));
        }

        Assert.Equal(20, profile.GetProperty("computedTraits").GetArrayLength());
    }

    [Fact]
    public async Task Over_nothing_a_count_is_zero_a_list_empty_and_the_rest_absent()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var (function, _) in Expected())
            await SaveAsync(host, $$"""{"name":"{{function}}","fn":"{{function}}","event":"Order"{{(function == "count" ? "" : ",\"property\":\"total\"")}}}""");
        await host.IngestAsync("""{"userId":"u","event":"Visit","properties":{"total":5}}""");

        var profile = await host.GetAsync("/api/profiles/userId:u");
        Assert.Equal("""{"count":0,"sum":0,"unique_count":0,"unique_list":[]}""", profile.GetProperty("traits").GetRawText());
        Assert.Equal("""["count","sum","unique_count","unique_list"]""", profile.GetProperty("computedTraits").GetRawText());
    }

    [Fact]
    public async Task A_computed_trait_goes_before_a_sent_one_as_long_as_it_is_defined()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"last_sku":"sent","plan":"pro"}}""");
        var id = await SaveAsync(host, """{"name":"last_sku","fn":"last","event":"Order","property":"sku"}""");

        Assert.Equal("""{"plan":"pro"}""", await TraitsAsync(host, "userId:u"));
        await host.IngestAsync("""{"userId":"u","event":"Order","properties":{"sku":"x"}}""");
        Assert.Equal("""{"last_sku":"x","plan":"pro"}""", await TraitsAsync(host, "userId:u"));

        await host.DeleteAsync($"/api/computed-traits/{id}");
        Assert.Equal("""{"last_sku":"sent","plan":"pro"}""", await TraitsAsync(host, "userId:u"));
    }

    [Fact]
    public async Task A_value_follows_the_clock_and_so_does_a_segment_that_reads_it()
    {
        await using var host = await ApiHost.StartAsync();
        await SaveAsync(host, """{"name":"recent","fn":"count","event":"Order","within":"2s"}""");
        var segment = await host.SegmentAsync("""{"name":"Recent","filter":{"field":"traits.recent","operator":"gte","value":1}}""");
        await host.IngestAsync("""{"userId":"u","event":"Order"}""");

        Assert.Equal("""{"recent":1}""", await TraitsAsync(host, "userId:u"));
        await ApiHost.UntilAsync(async () => await CountAsync(host, segment) == 1);
        await ApiHost.UntilAsync(async () => await TraitsAsync(host, "userId:u") == """{"recent":0}""");
        await ApiHost.UntilAsync(async () => await CountAsync(host, segment) == 0);
    }

    [Fact]
    public async Task A_segment_that_reads_a_trait_follows_its_definition()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"u1","traits":{"spent":1000}}""");
        await host.IngestAsync("""{"userId":"u2","event":"Order","properties":{"total":300}}""");
        await host.IngestAsync("""{"userId":"u2","event":"Order","properties":{"total":300}}""");
        var segment = await host.SegmentAsync("""{"name":"Big","filter":{"field":"traits.spent","operator":"gte","value":500}}""");
        var through = await host.SegmentAsync($$"""{"name":"Through","filter":{"not":{"segment":"{{segment}}"} } }""");
        Assert.Equal(["u1"], await MembersAsync(host, segment));

        var id = await SaveAsync(host, """{"name":"spent","fn":"sum","event":"Order","property":"total"}""");
        await LiveAsync(host, id, segment, through);
        Assert.Equal(["u2"], await MembersAsync(host, segment));
        Assert.Equal(["u1"], await MembersAsync(host, through));

        await host.PutAsync($"/api/computed-traits/{id}", """{"fn":"max","event":"Order","property":"total"}""");
        await LiveAsync(host, id, segment, through);
        Assert.Empty(await MembersAsync(host, segment));

        await host.IngestAsync("""{"userId":"u1","event":"Order","properties":{"total":500}}""");
        Assert.Equal(["u1"], await MembersAsync(host, segment));
        var explained = await host.GetAsync($"/api/profiles/userId:u1/segments/{segment}/explain");
        Assert.Equal("500", explained.GetProperty("tree").GetProperty("actual").GetRawText());
        var preview = await host.PostAsync("/api/segments/preview", """{"filter":{"field":"traits.spent","operator":"lt","value":500}}""");
        Assert.Equal(1, preview.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_merge_combines_values_its_preview_says_so_and_its_undo_restores_them()
    {
        await using var host = await ApiHost.StartAsync();
        await SaveAsync(host, """{"name":"spent","fn":"sum","event":"Order","property":"total"}""");
        await SaveAsync(host, """{"name":"country","fn":"most_frequent","event":"Order","property":"country"}""");
        var user = await host.IngestAsync(Order("u", 1, "de", minutesAgo: 5));
        var visitor = await host.IngestAsync("""{"anonymousId":"v","event":"Order","properties":{"total":2,"country":"fr"}}""");
        await host.IngestAsync("""{"anonymousId":"v","event":"Order","properties":{"total":0.5,"country":"fr"}}""");
        var before = (await TraitsAsync(host, user), await TraitsAsync(host, visitor));
        Assert.Equal(("""{"country":"de","spent":1}""", """{"country":"fr","spent":2.5}"""), before);

        var dry = await host.PostAsync("/api/profiles/userId:u/merges?dryRun=true", """{"other":"anonymousId:v"}""");
        Assert.Equal("""{"country":"fr","spent":3.5}""", dry.GetProperty("traits").GetRawText());
        Assert.Empty(dry.GetProperty("traitConflicts").EnumerateArray());
        await host.PostAsync("/api/profiles/userId:u/merges", """{"other":"anonymousId:v"}""");
        Assert.Equal("""{"country":"fr","spent":3.5}""", await TraitsAsync(host, visitor));

        await host.PostAsync($"/api/profiles/userId:u/merges/{visitor}/undo", "");
        Assert.Equal(before, (await TraitsAsync(host, user), await TraitsAsync(host, visitor)));
    }

    [Fact]
    public async Task A_profile_of_the_past_has_the_values_of_then()
    {
        await using var host = await ApiHost.StartAsync();
        await SaveAsync(host, """{"name":"spent","fn":"sum","event":"Order","property":"total","within":"1h"}""");
        await host.IngestAsync(Order("u", 1, "de", minutesAgo: 90));
        await host.IngestAsync(Order("u", 2, "de", minutesAgo: 60));
        await host.IngestAsync(Order("u", 4, "de", minutesAgo: 5));

        Assert.Equal("""{"spent":4}""", await TraitsAsync(host, "userId:u"));
        Assert.Equal("""{"spent":3}""", await TraitsAsync(host, $"userId:u?at={At(45)}"));
        Assert.Equal("""{"spent":2}""", await TraitsAsync(host, $"userId:u?at={At(10)}"));
    }

    private static IEnumerable<(string Function, string Value)> Expected() =>
        Functions.Split('\n').Select(line => line.TrimEnd().Split(' ', 2)).Select(parts => (parts[0], parts[1]));

    private static string At(int minutesAgo) => TimeProvider.System.GetUtcNow().AddMinutes(-minutesAgo).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Order(string user, decimal total, string country, int minutesAgo) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$"""{"userId":"{{user}}","event":"Order","timestamp":"{{At(minutesAgo)}}","properties":{"total":{{total}},"country":"{{country}}"} }""");

    private static Task LiveAsync(ApiHost host, string trait, params string[] segments) => ApiHost.UntilAsync(async () =>
    {
        var isLive = Text(await host.GetAsync($"/api/computed-traits/{trait}"), "status") == "live";
        foreach (var segment in segments) isLive &= Text(await host.GetAsync($"/api/segments/{segment}"), "status") == "live";
        return isLive;
    });

    private static async Task<IEnumerable<string?>> MembersAsync(ApiHost host, string segment) =>
        (await host.GetAsync($"/api/segments/{segment}/members")).GetProperty("members").EnumerateArray().Select(member => Text(member, "userId"));

    private static async Task<int> CountAsync(ApiHost host, string segment) => (await host.GetAsync($"/api/segments/{segment}")).GetProperty("memberCount").GetInt32();

    private static async Task<string> TraitsAsync(ApiHost host, string reference) => (await host.GetAsync($"/api/profiles/{reference}")).GetProperty("traits").GetRawText();

    private static async Task<string> SaveAsync(ApiHost host, string body) =>
        Text(await host.PostAsync("/api/computed-traits", body, HttpStatusCode.Created), "computedTraitId")!;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
