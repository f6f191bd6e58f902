using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Routes;

public sealed class CursorApiTests
{
    private const string Filter = """{"event":"Order"}""";

    [Fact]
    public async Task A_cursor_leads_on_in_the_list_that_it_is_of_and_in_no_other()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(Enumerable.Range(0, 12).Select(i => $$"""{"type":"track","userId":"u{{i % 4}}","event":"Order"}"""));
        var ids = new[] { await host.SegmentAsync($$"""{"name":"Buyers","filter":{{Filter}}}"""), await host.SegmentAsync($$"""{"name":"Buyers too","filter":{{Filter}}}""") };
        string[] lists = [.. ids.SelectMany(id => new[] { $"/api/segments/{id}/members", $"/api/segments/{id}/transitions" }), "/api/profiles", "/api/profiles/userId:u3/events", "/api/audit"];
        foreach (var list in lists)
        {
            var cursor = Text(await host.GetAsync($"{list}?limit=1"), "nextCursor");
            Assert.NotNull(cursor);
            foreach (var other in lists)
            {
                if (other == list) await host.GetAsync($"{other}?cursor={cursor}");
                else Assert.Equal("cursor", Text(await host.GetAsync($"{other}?cursor={cursor}", HttpStatusCode.BadRequest), "field"));
            }
        }
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
