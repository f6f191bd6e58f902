using System.Diagnostics;
using CdpPipeline.Browser.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace CdpPipeline.Browser.Tests;

/// <summary>
/// The installed Chromium, started once for all tests with a fresh profile. Nothing is downloaded: where there is none,
/// <see cref="MissingReason"/> says so and the tests are skipped.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",

        // Pages reach this machine only.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ];

    private static readonly string? Program = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append("/usr/bin")
        from name in Names
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path).FirstOrDefault();

    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(10);

    private IPlaywright? playwright;
    private IBrowser? browser;
    private Process? process;

    /// <summary>Why no browser can be started; null when one can.</summary>
    public static string? MissingReason => Program is null ? $"None of {string.Join(", ", Names)} is installed." : null;

    /// <summary>A browser profile of its own: storage is shared by its tabs and by nobody else.</summary>
    public async Task<IBrowserContext> OpenProfileAsync() => await browser!.NewContextAsync().WaitAsync(StartWithin, TestContext.Current.CancellationToken);

    /// <summary>Closes a profile or the browser; one that is not closed in time ends with the browser's process, after the last test.</summary>
    public static async Task CloseAsync(IAsyncDisposable opened)
    {
        try
        {
            await opened.DisposeAsync().AsTask().WaitAsync(CloseWithin, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // Chromium now and then never reports that a page has gone.
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        playwright = await Playwright.CreateAsync().WaitAsync(StartWithin, CancellationToken.None);
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Headless = true, Args = Flags });
        process = Process.GetProcessById(await ProcessIdAsync(browser).WaitAsync(StartWithin, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await CloseAsync(browser);
        if (process is not null) await EndAsync(process);
        playwright?.Dispose();
    }

    // The browser itself knows best: what was started may be a script that starts it.
    private static async Task<int> ProcessIdAsync(IBrowser browser)
    {
        var session = await browser.NewBrowserCDPSessionAsync();
        var answer = await session.SendAsync("SystemInfo.getProcessInfo");
        await session.DetachAsync();
        return answer!.Value.GetProperty("processInfo").EnumerateArray()
            .Single(one => one.GetProperty("type").GetString() == "browser").GetProperty("id").GetInt32();
    }

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            try
            {
                using var limit = new CancellationTokenSource(CloseWithin);
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
