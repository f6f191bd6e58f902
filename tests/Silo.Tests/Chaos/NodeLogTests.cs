using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CdpPipeline.Faults.Tests.Processes;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>
/// Three nodes at their most talkative take and show people whose identifiers all bear a mark; one stands still for a while and is then killed. The mark is in
/// no line that any of them writes.
/// </summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class NodeLogTests
{
    private const string Mark = "xk4vq";
    private const string PhoneMark = "49305550";
    private const string WriteKey = $"wk_{Mark}_write";
    private const string AdminKey = $"ak_{Mark}_admin";
    private const int People = 80;
    private const int Clients = 8;
    private const int Watchers = 3;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Logging__LogLevel__Default"] = "Debug",
        ["Logging__LogLevel__CdpPipeline"] = "Trace",
        ["Logging__LogLevel__Orleans.Runtime"] = "Trace",
        ["Logging__LogLevel__Orleans.Messaging"] = "Trace",
        ["Logging__LogLevel__Orleans.Grain"] = "Trace",
        ["Logging__LogLevel__Orleans.Streams"] = "Debug",
        ["Logging__Console__FormatterOptions__IncludeScopes"] = "true",
        ["Cdp__WriteKey"] = WriteKey,
        ["Cdp__ApiKey"] = AdminKey,
        ["Cdp__Local__AliasCacheEntriesMax"] = "10",
        ["Cdp__Cluster__AdvertisedAddress"] = "127.0.0.1",
        ["Cdp__Cluster__ProbePeriod"] = "00:00:01.5",
        ["Cdp__Cluster__CallTimeout"] = "00:00:02",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_node_writes_whom_a_call_is_about_whatever_befalls_the_others()
    {
        await using var store = await FaultStore.CreateAsync("Postgres");
        var output = new ConcurrentQueue<string>();
        var nodes = Enumerable.Range(0, 3).Select(_ => new ProgramProcess(ProgramProcess.PathOf("Silo"), output, int.MaxValue)).ToList();
        try
        {
            foreach (var node in nodes) node.Launch(store.Environment.Concat(Settings).Append(new("Cdp__Cluster__Port", $"{ProgramProcess.FreePort()}")));
            foreach (var node in nodes) await node.ReadyAsync(StartMax, Token);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var load = Enumerable.Range(0, Clients).Select(client => SendAsync(client, nodes, ending.Token)).ToList();
            for (var i = 0; i < Watchers; i++) load.Add(WatchAsync(nodes[0], ending.Token));
            await Task.Delay(TimeSpan.FromSeconds(3), Token);
            await nodes[2].FreezeAsync();
            await Task.Delay(TimeSpan.FromSeconds(3.5), Token);
            await nodes[2].ThawAsync();
            await Task.Delay(TimeSpan.FromSeconds(2), Token);
            nodes[2].Kill();
            await Task.Delay(TimeSpan.FromSeconds(7), Token);
            await ending.CancelAsync();
            await Task.WhenAll(load);
        }
        finally
        {
            foreach (var node in nodes) node.Dispose();
        }

        var lines = output.ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines.Length} lines"));
        Assert.Contains(lines, line => line.Contains("Orleans.Runtime", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("A call between nodes broke off", StringComparison.Ordinal));
        Assert.Empty(lines.Where(line => line.Contains(Mark, StringComparison.OrdinalIgnoreCase) || line.Contains(PhoneMark, StringComparison.Ordinal)).Distinct().Take(5));
    }

    private static async Task SendAsync(int client, List<ProgramProcess> nodes, CancellationToken ending)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(6) };
        var random = new Random(client);
        while (!ending.IsCancellationRequested)
        {
            var (node, person) = (nodes[random.Next(nodes.Count)], random.Next(People));
            var (user, anonymous, email, phone) = ($"{Mark}-u{person}", $"{Mark}-a{person}", $"{Mark}{person}@example.com", $"+{PhoneMark}{person:D4}");
            var who = $$"""{"type":"identify","userId":"{{user}}","anonymousId":"{{anonymous}}","traits":{"email":"{{email}}","phone":"{{phone}}","name":"{{Mark}}"} }""";
            var other = $$"""{"type":"track","anonymousId":"{{anonymous}}-{{random.Next(People)}}","event":"{{Mark}} Ordered","messageId":"{{Mark}}-{{random.Next()}}","context":{"traits":{"email":"{{email}}"} } }""";
            await CallAsync(http, node, HttpMethod.Post, "/v1/batch", $$"""{"batch":[{{who}},{{other}}]}""", WriteKey, ending);
            await CallAsync(http, node, HttpMethod.Post, "/v1/alias", $$"""{"userId":"{{user}}","previousId":"{{anonymous}}-{{random.Next(People)}}"}""", WriteKey, ending);
            foreach (var reference in new[] { $"userId:{user}", $"anonymousId:{anonymous}", $"email:{email}", $"phone:{phone}" })
                await CallAsync(http, node, HttpMethod.Get, $"/api/profiles/{Uri.EscapeDataString(reference)}", null, AdminKey, ending);
            await CallAsync(http, node, HttpMethod.Post, "/api/segments/preview", $$$"""{"filter":{"field":"traits.name","operator":"eq","value":"{{{Mark}}}"}}""", AdminKey, ending);
            await CallAsync(http, node, HttpMethod.Get, $"/api/profiles/{Uri.EscapeDataString($"userId:{user}")}/events?name={Mark}%20Ordered", null, AdminKey, ending);
            if (random.Next(40) == 0) await CallAsync(http, node, HttpMethod.Post, "/api/segments", $$$"""{"name":"{{{Mark}}}","filter":{"field":"traits.name","operator":"eq","value":"{{{Mark}}}{{{person}}}"}}""", AdminKey, ending);
        }
    }

    private static async Task CallAsync(HttpClient http, ProgramProcess node, HttpMethod method, string path, string? body, string key, CancellationToken ending)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(node.Address, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request, ending);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // The node has gone, or the load is over.
        }
    }

    private static async Task WatchAsync(ProgramProcess node, CancellationToken ending)
    {
        try
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/api/events/live"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending);
            await answer.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null, ending);
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
    }
}
