using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Demo.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Demo.Tests;

/// <summary>The whole host on a free loopback port, as at its first start: an empty directory, and keys that it generates itself.</summary>
internal sealed class DemoHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private DemoHost(WebApplication app, string directory)
    {
        this.app = app;
        Directory = directory;
        Keys = HostKeys.Find(Options);
        http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Keys.ApiKey);
    }

    public string Directory { get; }

    public HostKeys Keys { get; }

    public Uri Address => new(app.Urls.Single());

    /// <summary>What the demo is told when nothing but the host's place is known.</summary>
    public DemoOptions Options => new(SlicePath) { Url = Address, DataDirectory = Directory, WriteKey = null, ApiKey = null };

    /// <summary>The slice that comes with the demo.</summary>
    public static string DemoSlicePath => Path.Combine(AppContext.BaseDirectory, "data", "online-retail-slice.csv");

    public static string SlicePath => Path.Combine(AppContext.BaseDirectory, "data", "online-retail-tests.csv");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<DemoHost> StartAsync(TimeProvider? clock = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("cdp-demo-").FullName;
        var app = await CdpHost.CreateAsync([], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration["Cdp:DataDirectory"] = directory;
            if (clock is not null) builder.Services.AddSingleton(clock);
        });
        await app.StartAsync(Cancelled);
        return new DemoHost(app, directory);
    }

    /// <summary>One run of the demo over the slice, and what it wrote.</summary>
    public async Task<(DemoReport Report, string Text)> RunDemoAsync()
    {
        using var client = new CdpClient(Options.Url, HostKeys.Find(Options));
        await using var output = new StringWriter();
        var report = await new DemoRun(client, output, TimeProvider.System).RunAsync(SlicePath, Cancelled);
        return (report, output.ToString());
    }

    public Task<JsonElement> GetAsync(string path) => http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Cancelled);

    public async Task<JsonElement> PostAsync(string path, string body, bool isIngest = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", isIngest ? Keys.WriteKey : Keys.ApiKey);
        using var response = await http.SendAsync(request, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Waits, at most ten seconds, until a segment is whole and has so many members; whether it ever does is for the caller to see.</summary>
    public async Task SettleAsync(string segment, long members)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var look = 0; look < 200; look++)
        {
            var shown = await GetAsync($"/api/segments/{segment}");
            if (shown.GetProperty("status").GetString() == "live" && shown.GetProperty("memberCount").GetInt64() == members) return;
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    /// <summary>All items of a paged list.</summary>
    public async Task<List<JsonElement>> ListAsync(string path, string items)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{path}?limit=30{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            all.AddRange(page.GetProperty(items).EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
