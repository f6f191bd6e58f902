using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdpPipeline.Faults.Tests.Processes;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>Calls of one node, past the front.</summary>
internal static class NodeCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whoever is told to come again is told when.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement? Answer)> AskAsync(
        this NodeProcess node, HttpMethod method, string path, string? body = null, string key = CdpProcess.ApiKey)
    {
        using var http = new HttpClient { BaseAddress = node.Program.Address, Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = JsonContent.Create(JsonNode.Parse(body));
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await http.SendAsync(request, Token);
        Assert.True(answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is not null, $"{path} is 503 without a time to come again.");
        return (answer.StatusCode, answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.NoContent ? await answer.Content.ReadFromJsonAsync<JsonElement>(Token) : null);
    }

    public static async Task<HttpStatusCode> IdentifyAsync(this NodeProcess node, int person, string plan) =>
        (await node.AskAsync(HttpMethod.Post, "/v1/identify", $$"""{"userId":"u{{person}}","traits":{"plan":"{{plan}}" } }""", CdpProcess.WriteKey)).Status;

    /// <summary>The same, again for as long as it is told to come again.</summary>
    public static Task TakenAsync(this NodeProcess node, int person, string plan) => ServedAsync(() => node.IdentifyAsync(person, plan));

    /// <summary>Comes again for as long as it is told to.</summary>
    public static Task ServedAsync(Func<Task<HttpStatusCode>> ask) => Eventually.HoldsAsync(
        async () =>
        {
            var status = await ask();
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"It was answered {status}.");
            return status == HttpStatusCode.OK;
        },
        "it was served",
        Token);
}
