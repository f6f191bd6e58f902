using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Libraries;
using CdpPipeline.Clients.Tests.Servers;
using Microsoft.Playwright;

namespace CdpPipeline.Clients.Tests.Browsers;

/// <summary>
/// One test's browser profile, site and proxy. Whatever a page asks of other hosts than these two gets nowhere and counts as a failure when the
/// visit ends.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly List<string> strayed = [];
    private readonly List<string> console = [];
    private readonly Site site;

    private Visit(FaultyProxy proxy, Site site, IBrowserContext profile)
    {
        this.site = site;
        Proxy = proxy;
        Profile = profile;
    }

    public FaultyProxy Proxy { get; }

    public IBrowserContext Profile { get; }

    /// <summary>Skips the test where the browser or the libraries are missing.</summary>
    public static async Task<Visit> StartAsync(Chromium chromium, ServerFixture fixture, params Fate[] fates)
    {
        var reason = Chromium.MissingReason ?? InstalledLibraries.MissingReason;
        Assert.SkipWhen(reason is not null, reason ?? "");
        var proxy = await fixture.ProxyAsync(fates);
        var visit = new Visit(proxy, await Site.StartAsync(proxy), await chromium.OpenProfileAsync());
        visit.Profile.Request += (_, request) =>
        {
            if (new Uri(request.Url).Host is "localhost" or "127.0.0.1" or "") return;
            lock (visit.strayed) visit.strayed.Add(request.Url);
        };
        visit.Profile.Console += (_, message) =>
        {
            lock (visit.console) visit.console.Add(message.Text);
        };
        return visit;
    }

    /// <summary>Opens a page and waits until its library is ready.</summary>
    public async Task<IPage> OpenAsync(string path)
    {
        var page = await Profile.NewPageAsync();
        await page.GotoAsync(site.AddressOf(path));
        if (!path.StartsWith("bare", StringComparison.Ordinal)) await page.WaitForFunctionAsync("() => window.isReady");
        return page;
    }

    /// <summary>Makes the calls, an array, and leaves for a page without any library as soon as the library has taken them.</summary>
    public async Task LeaveAsync(IPage page, string calls) =>
        await page.RunAndWaitForRequestAsync(
            () => page.EvaluateAsync($"() => {{ Promise.all({calls}).then(() => setTimeout(() => {{ location.href = '{site.AddressOf("bare")}'; }})); }}"),
            request => request.Url == site.AddressOf("bare"));

    public override string ToString()
    {
        lock (console) return $"{Proxy}\nConsole: {string.Join("\n  ", console)}";
    }

    public async ValueTask DisposeAsync()
    {
        await Chromium.CloseAsync(Profile);
        await site.DisposeAsync();
        await Proxy.DisposeAsync();
        Assert.Empty(strayed);
    }
}
