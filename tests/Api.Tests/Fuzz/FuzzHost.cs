using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Grains.Ingest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>
/// The whole host under fuzzing, with little room for people, so that they leave memory and come back all the time. Every answer is checked: no
/// server error, no redirect, nothing logged as an error; and now and then that memory is within its bound.
/// </summary>
internal sealed class FuzzHost : IAsyncDisposable
{
    /// <summary>Definitions and plans may be deeper than what is read without saying so.</summary>
    public static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = 1_000 };

    // What a host with these settings may hold, once garbage is collected, above what the process held before it.
    private const long HeldBytesMax = 384L * 1024 * 1024;
    private const int AnswersBetweenLooks = 1_000;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(20);

    private static readonly (string Key, string Value)[] Settings =
    [
        ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey),
        ("Cdp:Local:ActiveIdentitiesMax", "500"), ("Cdp:Local:IdentityIdleFor", "00:00:02"), ("Cdp:Local:ActiveAliasesMax", "500"),
        ("Cdp:Local:AliasCacheEntriesMax", "2000"), ("Cdp:Local:TimelineEventsMax", "500"), ("Cdp:Profiles:Reading:RenderedBytesMax", "1000000"),
    ];

    private readonly ApiHost host;
    private readonly ErrorLog errors;
    private readonly HttpClient client;
    private readonly long heldBytesBefore;
    private int answers;

    private FuzzHost(ApiHost host, ErrorLog errors, long heldBytesBefore)
    {
        this.host = host;
        this.errors = errors;
        this.heldBytesBefore = heldBytesBefore;
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 })
        {
            BaseAddress = host.Client.BaseAddress,
            Timeout = AnswerMax,
        };
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<FuzzHost> StartAsync(string directory, params (string Key, string Value)[] store)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var errors = new ErrorLog();
        return new FuzzHost(await ApiHost.StartInAsync(directory, builder => builder.Logging.AddProvider(errors), [.. Settings, .. store]), errors, before);
    }

    /// <summary>Sends the request and checks its answer; the status and the body.</summary>
    public async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request, string? key = null)
    {
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var since = Stopwatch.StartNew();
        using var response = await client.SendAsync(request, Cancelled);
        var (status, body) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
        Assert.True(status is (>= 200 and < 300) or (>= 400 and < 500), $"{status} {body} after {since.Elapsed} to {await ToldAsync(request)}");
        Assert.True(errors.Entries.IsEmpty, $"{errors.Entries.FirstOrDefault()} beside {await ToldAsync(request)}");
        if (Interlocked.Increment(ref answers) % AnswersBetweenLooks == 0) CheckMemory();
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true) JsonDocument.Parse(body, AnyDepth).Dispose();
        return (status, body);
    }

    public Task<JsonElement> GetAsync(string path) => host.GetAsync(path);

    /// <summary>Reads everybody back by every call that reads a person; how many there are.</summary>
    public async Task<int> ReadEverybodyAsync()
    {
        string? cursor = null;
        var seen = 0;
        do
        {
            var page = await host.GetAsync($"/api/profiles?limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            await Parallel.ForEachAsync(page.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetProperty("id").GetString()).ToList(), Cancelled, async (id, _) =>
            {
                var events = (await host.GetAsync($"/api/profiles/{id}")).GetProperty("eventCount").GetInt64();
                var read = 0;
                for (var path = $"/api/profiles/{id}/events?limit=1000"; path is not null;)
                {
                    var some = await host.GetAsync(path);
                    read += some.GetProperty("events").GetArrayLength();
                    path = some.GetProperty("nextCursor").GetString() is { } next ? $"/api/profiles/{id}/events?limit=1000&cursor={next}" : null;
                }

                Assert.Equal(events, read);
                await host.GetAsync($"/api/profiles/{id}/merges");
                Interlocked.Increment(ref seen);
            });
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.True(errors.Entries.IsEmpty, errors.Entries.FirstOrDefault());
        return seen;
    }

    /// <summary>Nothing is held for requests that were answered.</summary>
    public void CheckReleased()
    {
        CheckMemory();
        Assert.Equal(0, host.Services.GetRequiredService<BodyBudget>().BytesHeld);
        Assert.Equal(0, host.Services.GetRequiredService<IngestGate>().UnderWay);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    private void CheckMemory() => Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - heldBytesBefore, long.MinValue, HeldBytesMax);

    private static async Task<string> ToldAsync(HttpRequestMessage request)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(Cancelled);
        return $"{request.Method} {request.RequestUri} {request.Headers} {request.Content?.Headers} {Convert.ToBase64String(body.AsSpan(0, Math.Min(body.Length, 20_000)))}";
    }
}
