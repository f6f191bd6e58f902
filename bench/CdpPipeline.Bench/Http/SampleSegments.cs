using System.Net;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Bench.Http;

/// <summary>
/// Saves segments of every kind. Of so many, the given number look at each of the names that the load sends, in conditions that are all
/// different; the others look at what it never sends.
/// </summary>
internal static class SampleSegments
{
    public static async Task SaveAsync(Uri server, string apiKey, int count, int touchedByAnEvent)
    {
        using var http = new HttpClient { BaseAddress = server };
        http.DefaultRequestHeaders.Authorization = new("Bearer", apiKey);
        var saved = 0;
        foreach (var filter in Filters(count, touchedByAnEvent))
        {
            using var body = new StringContent($$$"""{"name":"Segment {{{saved++}}}","filter":{{{filter}}}}""", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri("/api/segments", UriKind.Relative), body);
            if (answer.StatusCode != HttpStatusCode.Created) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }

        await LiveAsync(http);
    }

    /// <summary>The members of all segments, each counted as often as she is in one.</summary>
    public static async Task<long> MembersAsync(Uri server, string apiKey)
    {
        using var http = new HttpClient { BaseAddress = server };
        http.DefaultRequestHeaders.Authorization = new("Bearer", apiKey);
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/segments", UriKind.Relative)));
        return answer.RootElement.GetProperty("segments").EnumerateArray().Sum(segment => segment.GetProperty("memberCount").GetInt64());
    }

    /// <summary>Their definitions.</summary>
    public static IEnumerable<string> Filters(int count, int touchedByAnEvent) => Enumerable.Range(0, count).Select(i =>
        Filter(i, i / RequestBodies.Names.Length < touchedByAnEvent ? RequestBodies.Names[i % RequestBodies.Names.Length] : $"Never Sent {i}"));

    private static async Task LiveAsync(HttpClient http)
    {
        while ((await http.GetStringAsync(new Uri("/api/segments", UriKind.Relative))).Contains("\"backfilling\"", StringComparison.Ordinal)) await Task.Delay(50);
    }

    private static string Filter(int i, string name)
    {
        var n = 1 + (i / 8);
        return (i % 8) switch
        {
            0 => $$$"""{"event":"{{{name}}}","within":"{{{n}}}h"}""",
            1 => $$$"""{"not":{"event":"{{{name}}}","within":"{{{n}}}d"}}""",
            2 => $$$"""{"event":"{{{name}}}","count":{"operator":"gte","value":{{{1 + (n % 20)}}}},"within":"{{{n}}}d"}""",
            3 => $$$"""{"event":"{{{name}}}","where":[{"property":"price","operator":"gte","value":{{{n}}}}],"within":"30d"}""",
            4 => $$$"""{"and":[{"field":"traits.plan","operator":"eq","value":"plan {{{n}}}"},{"event":"{{{name}}}","within":"7d"}]}""",
            5 => $$$"""{"event":"{{{name}}}","aggregate":{"fn":"sum","property":"price","operator":"gte","value":{{{n * 100}}}},"within":"30d"}""",
            6 => $$$"""{"event":"{{{name}}}","between":{"from":"{{{n + 7}}}d","to":"7d"}}""",
            _ => $$$"""{"event":"{{{name}}}","within":"{{{n}}}d","then":{"event":"{{{name}}}","within":"1h"}}""",
        };
    }
}
