using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>Reads and saves through the HTTP API with the admin key.</summary>
internal sealed class ReadApi : IDisposable
{
    private const int AtOnce = 16;

    private readonly HttpClient http;

    public ReadApi(CdpProcess program)
    {
        http = new HttpClient { BaseAddress = program.Address, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", CdpProcess.ApiKey);
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"GET {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>All items of a paged list.</summary>
    public async Task<List<JsonElement>> ListAsync(string path, string items, CancellationToken cancellationToken)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{path}?limit=500{(cursor is null ? string.Empty : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellationToken);
            all.AddRange(page.GetProperty(items).EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>One answer for each key, many asked for at once.</summary>
    public static async Task<IReadOnlyDictionary<TKey, TAnswer>> AskAllAsync<TKey, TAnswer>(
        IEnumerable<TKey> keys, Func<TKey, CancellationToken, Task<TAnswer>> ask, CancellationToken cancellationToken)
        where TKey : notnull
    {
        var answers = new ConcurrentDictionary<TKey, TAnswer>();
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (key, token) => answers[key] = await ask(key, token));
        return answers;
    }

    /// <summary>Saves a segment; false when the program did not say that it did.</summary>
    public async Task<bool> TrySaveAsync(ExpectedSegment segment, CancellationToken cancellationToken)
    {
        try
        {
            var body = new JsonObject { ["name"] = segment.Name, ["filter"] = JsonNode.Parse(segment.Filter) };
            using var answer = await http.PostAsJsonAsync(new Uri("/api/segments", UriKind.Relative), body, cancellationToken);
            Assert.True(
                answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable,
                $"POST /api/segments: {((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture)} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            return answer.StatusCode == HttpStatusCode.Created;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Sends a batch; accepted, duplicates, rejected.</summary>
    public async Task<(int Accepted, int Duplicates, int Rejected)> SendAsync(IEnumerable<JsonObject> calls, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/batch", UriKind.Relative))
        {
            Content = JsonContent.Create(new JsonObject { ["batch"] = new JsonArray([.. calls]) }),
        };
        request.Headers.Authorization = new("Bearer", CdpProcess.WriteKey);
        using var answer = await http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"POST /v1/batch: {(int)answer.StatusCode} {text}");
        var body = JsonDocument.Parse(text).RootElement;
        return (body.GetProperty("accepted").GetInt32(), body.GetProperty("duplicates").GetInt32(), body.GetProperty("rejected").GetArrayLength());
    }

    public void Dispose() => http.Dispose();
}
