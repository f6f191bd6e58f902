using System.Net.Http.Headers;
using System.Text.Json;
using CdpPipeline.Api.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Playwright;

namespace CdpPipeline.Browser.Tests;

/// <summary>One test's world: the whole host with SQLite, the gateway before it, a page server and a browser profile of its own.</summary>
internal sealed class Shop : IAsyncDisposable
{
    /// <summary>No test may take longer; each wait within has a shorter limit and says more.</summary>
    public const int TestMillisecondsMax = 120_000;

    private const string WriteKey = "wk_browser";
    private const string AdminKey = "ak_browser";

    private readonly WebApplication host;
    private readonly string directory;
    private readonly HttpClient client;
    private readonly PageServer pages;

    private Shop(WebApplication host, string directory, HttpClient client, Gateway gateway, PageServer pages, IBrowserContext profile)
    {
        this.host = host;
        this.directory = directory;
        this.client = client;
        this.pages = pages;
        Gateway = gateway;
        Browser = profile;
    }

    public Gateway Gateway { get; }

    public IBrowserContext Browser { get; }

    /// <summary>Skips the test where there is no Chromium.</summary>
    public static async Task<Shop> OpenAsync(Chromium chromium)
    {
        Assert.SkipWhen(Chromium.MissingReason is not null, Chromium.MissingReason ?? "");
        var directory = Directory.CreateTempSubdirectory("cdp-browser-").FullName;
        var host = await CdpHost.CreateAsync([], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration["Cdp:DataDirectory"] = directory;
            builder.Configuration["Cdp:WriteKey"] = WriteKey;
            builder.Configuration["Cdp:ApiKey"] = AdminKey;
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(host.Urls.Single()) };
        var gateway = await Gateway.StartAsync(client);
        var pages = await PageServer.StartAsync(new Uri(gateway.Address, "cdp.js"), WriteKey);
        return new Shop(host, directory, client, gateway, pages, await chromium.OpenProfileAsync());
    }

    /// <summary>Opens a page in a new tab and waits for its scripts.</summary>
    public async Task<IPage> VisitAsync(string path = "/")
    {
        var page = await Browser.NewPageAsync();
        await page.GotoAsync(AddressOf(path));
        return page;
    }

    public string AddressOf(string path) => new Uri(pages.Address, path).ToString();

    /// <summary>Waits until the page holds no event that the server has not answered for.</summary>
    public static async Task SettledAsync(IPage page) =>
        await page.WaitForFunctionAsync("() => !Object.keys(localStorage).some(key => key.includes(':q:'))");

    /// <summary>
    /// Makes the calls, and goes to a page without the script as soon as they have returned. Done when that page runs. The tab is not to be used
    /// after that: under load Playwright now and then never hears of a navigation that the browser has long made.
    /// </summary>
    public async Task LeaveAsync(IPage page, string calls)
    {
        await page.EvaluateAsync($"() => {{ {calls} setTimeout(() => {{ location.href = '/bare'; }}); }}");
        await pages.BareRunsAsync();
    }

    /// <summary>The profile as the API shows it; null where there is none.</summary>
    public async Task<JsonElement?> ProfileAsync(string reference) => await GetAsync($"/api/profiles/{Uri.EscapeDataString(reference)}");

    /// <summary>The person's events as the API shows them, newest first.</summary>
    public async Task<List<JsonElement>> EventsAsync(string reference) =>
        [.. (await GetAsync($"/api/profiles/{Uri.EscapeDataString(reference)}/events?limit=1000"))!.Value.GetProperty("events").EnumerateArray()];

    /// <summary>Everybody's events together.</summary>
    public async Task<int> StoredAsync() =>
        (await GetAsync("/api/profiles?limit=1000"))!.Value.GetProperty("profiles").EnumerateArray().Sum(one => one.GetProperty("eventCount").GetInt32());

    public async ValueTask DisposeAsync()
    {
        await Chromium.CloseAsync(Browser);
        await pages.DisposeAsync();
        await Gateway.DisposeAsync();
        client.Dispose();
        await host.StopAsync(CancellationToken.None);
        await host.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<JsonElement?> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound) return null;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
