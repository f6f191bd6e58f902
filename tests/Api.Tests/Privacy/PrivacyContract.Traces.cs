using System.Net;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Grains.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Privacy;

/// <summary>What is left in tables and files of what was erased, or removed for its age.</summary>
public abstract partial class PrivacyContract
{
    /// <summary>The digits of her phone number, which are nobody else's.</summary>
    private const string Phone = "4915112345678";

    /// <summary>What is held of her before she is erased, and in which tables it must be found: phone, group, alias, conflict, computed trait, consent.</summary>
    private static readonly (string Trace, string[] Tables)[] Held =
    [
        (Phone, ["event", "identifier", "snapshot"]),
        ($"group-{Needle}", ["event", "snapshot"]),
        ($"three-{Needle}", ["event", "identifier", "snapshot"]),
        ($"conflict-{Needle}", ["event", "snapshot"]),
        ($"shade-{Needle}", ["event", "snapshot"]),
        ($"ads-{Needle}", ["event", "snapshot"]),
    ];

    [Fact]
    public async Task After_a_person_of_three_identities_is_erased_nothing_of_hers_is_left_in_any_table_or_file()
    {
        await using var host = await StartAsync();
        var segment = await host.SegmentAsync("""{"name":"Buyers","where":"did('Order')"}""");
        await host.PostAsync("/api/computed-traits", """{"name":"first_note","fn":"first","event":"Order","property":"note"}""", HttpStatusCode.Created);
        await BobAsync(host);
        await AnnsTracesAsync(host);
        await AnnAsync(host, events: 2_500);
        Assert.Equal(2, await MembersAsync(host, segment));
        Assert.Equal($"shade-{Needle}", (await host.GetAsync($"/api/profiles/{Ann}")).GetProperty("traits").GetProperty("first_note").GetString());
        Assert.Equal(1, (await host.GetAsync($"/api/profiles/{Ann}/merges")).GetProperty("conflicts").GetArrayLength());

        // The search finds each of these in whatever table it lies, so it would find what is left of it.
        foreach (var (trace, tables) in Held) await ApiHost.UntilAsync(async () => (await TablesAsync(trace)).Intersect(tables).Count() == tables.Length);
        Assert.Contains(await LeftAsync(host, Needle), place => place.Contains('.', StringComparison.Ordinal) || place.Contains('/', StringComparison.Ordinal));

        var receipt = await EraseAsync(host, Ann);

        Assert.Equal((3, 6), (Count(receipt, "identities"), Count(receipt, "identifiers")));
        Assert.Equal((2_509, 1), (Count(receipt, "events"), Count(receipt, "memberships")));
        Assert.True(Count(receipt, "messageBlocks") > 0 && Count(receipt, "snapshots") > 0, receipt.GetRawText());
        Assert.Equal(1, await MembersAsync(host, segment));
        Assert.Empty(await LeftAsync(host, Needle));
        Assert.Empty(await LeftAsync(host, Phone));
        Assert.NotEmpty(await LeftAsync(host, Kept));
    }

    [Fact]
    public async Task What_is_removed_for_its_age_is_left_in_no_table_or_file_and_a_retry_of_it_is_a_duplicate()
    {
        var host = await StartAsync();
        string[] calls =
        [
            .. Enumerable.Range(0, 1_500).Select(number =>
                $$$"""{"type":"track","event":"Order {{{Needle}}}","userId":"ann","messageId":"m-{{{Needle}}}-{{{number}}}","properties":{"note":"{{{Needle}}}"},"context":{"page":{"path":"/{{{Needle}}}"} } }"""),
        ];
        await host.IngestBatchAsync(calls);
        await host.IngestBatchAsync([$$$"""{"type":"identify","userId":"ann","traits":{"note":"{{{Kept}}}"}}"""]);
        Assert.NotEmpty(await LeftAsync(host, Needle));

        var source = (await host.GetAsync("/api/sources/default")).GetProperty("name").GetString()!;
        var tomorrow = new SourceCutoff(source, TimeProvider.System.GetUtcNow().AddDays(1));
        Assert.Equal(1_500, await host.Services.GetRequiredService<RetentionSweep>().SweepAsync([tomorrow], afterKey: 0, TestContext.Current.CancellationToken));

        Assert.Empty(await LeftAsync(host, Needle));
        Assert.NotEmpty(await LeftAsync(host, Kept));
        host = await RestartAsync(host);
        await using var last = host;
        Assert.Equal(1, Number(await host.GetAsync("/api/profiles/userId:ann"), "eventCount"));
        foreach (var chunk in calls.Chunk(500)) Assert.Equal(500, Number(await BatchAsync(host, chunk), "duplicates"));
        Assert.Empty(await LeftAsync(host, Needle));
    }

    [Fact]
    public async Task What_came_under_a_former_name_or_of_a_deleted_source_goes_in_its_time()
    {
        var host = await StartAsync();
        await host.IngestAsync("""{"event":"By another","userId":"u"}""");
        await SendAsync("renamed", async id => await host.PutAsync($"/api/sources/{id}", """{"name":"new name"}"""));
        await SendAsync("deleted", id => host.DeleteAsync($"/api/sources/{id}"));
        host = await RestartAsync(host);
        await using var last = host;

        var now = TimeProvider.System.GetUtcNow();
        var tooOld = host.Services.GetRequiredService<IRetentionPeriods>().Current.Select(source => new SourceCutoff(source.Source, now.AddDays(1))).ToList();

        Assert.Equal(["deleted", "new name", "renamed"], tooOld.Select(source => source.Source));
        Assert.Equal(2, await host.Services.GetRequiredService<RetentionSweep>().SweepAsync(tooOld, afterKey: 0, TestContext.Current.CancellationToken));
        var events = (await host.GetAsync("/api/profiles/userId:u/events")).GetProperty("events").EnumerateArray();
        Assert.Equal("By another", Assert.Single(events).GetProperty("name").GetString());

        async Task SendAsync(string name, Func<string, Task> then)
        {
            var source = await host.PostAsync("/api/sources", $$$"""{"name":"{{{name}}}","retention":{"days":30}}""", HttpStatusCode.Created);
            using (await host.SendAsync(HttpMethod.Post, "/v1/track", """{"event":"Order","userId":"u"}""", source.GetProperty("writeKey").GetString())) { }
            await then(source.GetProperty("id").GetString()!);
        }
    }

    /// <summary>The tables and files that hold the text, once the store was compacted.</summary>
    internal abstract Task<IReadOnlyList<string>> LeftAsync(ApiHost host, string text);

    /// <summary>The tables that hold the text now.</summary>
    internal abstract Task<IReadOnlyList<string>> TablesAsync(string text);

    /// <summary>A group, an alias, a conflict with Bob, and what a computed trait reads: four calls and one name more.</summary>
    private static async Task AnnsTracesAsync(ApiHost host)
    {
        await host.IngestAsync($$"""{"event":"Seen","userId":"bob-{{Kept}}","anonymousId":"bobs-{{Kept}}"}""");
        await host.IngestBatchAsync(
        [
            $$$"""{"type":"track","event":"Order","userId":"ann-{{{Needle}}}","properties":{"note":"shade-{{{Needle}}}"}}""",
            $$$"""{"type":"group","userId":"ann-{{{Needle}}}","groupId":"group-{{{Needle}}}","traits":{"name":"{{{Needle}}}"}}""",
            $$"""{"type":"alias","userId":"ann-{{Needle}}","previousId":"three-{{Needle}}"}""",
            $$"""{"type":"track","event":"Shared","userId":"ann-{{Needle}}","anonymousId":"bobs-{{Kept}}","messageId":"conflict-{{Needle}}"}""",
        ]);
    }
}
