using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CdpPipeline.Bench.Http;

/// <summary>The real program in a process of its own on a fresh store; or a server that runs already, which is left alone.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);

    private readonly BenchStore? store;
    private readonly Process? process;

    private BenchServer(Uri address, BenchStore? store, Process? process)
    {
        Address = address;
        this.store = store;
        this.process = process;
    }

    public Uri Address { get; }

    public static async Task<BenchServer> StartAsync(BenchArguments arguments)
    {
        if (arguments.Url is { } running) return new BenchServer(running, store: null, process: null);
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        var store = await BenchStore.CreateAsync(arguments.Postgres);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "CdpPipeline.Api.dll")]) { RedirectStandardOutput = true };
        foreach (var (key, value) in store.Settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["Cdp__WriteKey"] = arguments.WriteKey;
        start.Environment["Cdp__ApiKey"] = arguments.ApiKey;
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var server = new BenchServer(address, store, process);
        await server.ReadyAsync();
        return server;
    }

    /// <summary>What its process has used of the processors; of a server that runs already, nobody knows.</summary>
    public TimeSpan? ProcessorTime
    {
        get
        {
            process?.Refresh();
            return process?.TotalProcessorTime;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (store is not null) await store.DisposeAsync();
    }

    private async Task ReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        for (var since = Stopwatch.StartNew(); since.Elapsed < StartMax && !process!.HasExited; await Task.Delay(100))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        await DisposeAsync();
        throw new InvalidOperationException("The program did not start in time; its messages are above.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
