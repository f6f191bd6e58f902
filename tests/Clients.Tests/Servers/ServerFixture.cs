using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CdpPipeline.Clients.Tests.Servers;

/// <summary>One real server for the tests of a class, on SQLite; each test has people and a proxy of its own. Also reads what the server holds.</summary>
public class ServerFixture : IAsyncLifetime
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(30) };

    internal RealServer Server { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Server = await RealServer.StartAsync(await ConnectionStringAsync());

    public virtual async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        client.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Task<FaultyProxy> ProxyAsync(params Fate[] fates) => FaultyProxy.StartAsync(Server, fates);

    /// <summary>The person's profile; null where there is none.</summary>
    internal Task<JsonElement?> ProfileAsync(string reference) => GetAsync($"/api/profiles/{Uri.EscapeDataString(reference)}");

    /// <summary>The person's events, newest first; none where there is nobody.</summary>
    internal async Task<List<JsonElement>> EventsAsync(string reference)
    {
        var answer = await GetAsync($"/api/profiles/{Uri.EscapeDataString(reference)}/events?limit=1000");
        return answer is { } found ? [.. found.GetProperty("events").EnumerateArray()] : [];
    }

    /// <summary>
    /// Waits until the person's events are exactly these, each once, in any order: <c>track Name</c>, or else the call's type. The events that the
    /// proxy saw and the person's are the same by their messageIds, those of <paramref name="others"/>
    /// included: what came twice was stored once.
    /// </summary>
    internal async Task ShowsAsync(string reference, FaultyProxy proxy, string[] expected, params string[] others)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            var shown = await EventsAsync(reference);
            var labels = shown.Select(Label).Order(StringComparer.Ordinal).ToList();
            foreach (var other in others) shown.AddRange(await EventsAsync(other));
            var stored = shown.Select(one => one.GetProperty("messageId").GetString()!).Order().ToList();
            var sent = proxy.Sent.SelectMany(one => one.MessageIds).Distinct().Order();
            if (expected.Order(StringComparer.Ordinal).SequenceEqual(labels) && stored.SequenceEqual(sent)) return;
            Assert.True(since.Elapsed < LongestWait, $"{reference} has {string.Join(", ", labels)}\n{proxy}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until it holds; fails with the proxy's record when that takes too long.</summary>
    internal static async Task UntilAsync(FaultyProxy proxy, Func<IReadOnlyList<Sent>, bool> holds)
    {
        var since = Stopwatch.StartNew();
        while (!holds(proxy.Sent))
        {
            Assert.True(since.Elapsed < LongestWait, proxy.ToString());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Where the server's database is; null for SQLite.</summary>
    protected virtual Task<string?> ConnectionStringAsync() => Task.FromResult<string?>(null);

    private static string Label(JsonElement one)
    {
        var type = one.GetProperty("type").GetString()!;
        return type == "track" ? $"track {one.GetProperty("name").GetString()}" : type;
    }

    private async Task<JsonElement?> GetAsync(string path)
    {
        while (true)
        {
            await Server.ReadyAsync();
            try
            {
                return await AskAsync(path);
            }
            catch (HttpRequestException)
            {
                // Killed by the proxy in the meantime; it is on its way back.
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<JsonElement?> AskAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RealServer.AdminKey);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound) return null;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
