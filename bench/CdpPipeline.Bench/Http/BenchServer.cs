using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CdpPipeline.Bench.Http;

/// <summary>The real program in a process of its own on a fresh store; or a server that runs already, which is left alone.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);

    private readonly BenchArguments arguments;
    private readonly BenchStore? store;
    private readonly string program = Path.Combine(AppContext.BaseDirectory, "CdpPipeline.Api.dll");
    private readonly IReadOnlyDictionary<string, string> settings = new Dictionary<string, string>();
    private Process? process;

    private BenchServer(BenchArguments arguments, Uri address, BenchStore? store)
    {
        this.arguments = arguments;
        Address = address;
        this.store = store;
    }

    private BenchServer(BenchArguments arguments, BenchStore store, IReadOnlyDictionary<string, string> settings)
        : this(arguments, FreeAddress(), store) => this.settings = settings;

    private BenchServer(BenchArguments arguments, BenchStore shared, string program, IReadOnlyDictionary<string, string> settings)
        : this(arguments, shared, settings)
    {
        this.program = program;
        OwnsStore = false;
    }

    /// <summary>For what work costs, however long it takes: the few connections of a load are not to be turned away for that.</summary>
    public static IReadOnlyDictionary<string, string> Patient { get; } = new Dictionary<string, string> { ["Cdp:Local:IngestDelayMax"] = "00:01:00" };

    public Uri Address { get; }

    private bool OwnsStore { get; } = true;

    public static async Task<BenchServer> StartAsync(BenchArguments arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        if (arguments.Url is { } running) return new BenchServer(arguments, running, store: null);
        var server = new BenchServer(arguments, await BenchStore.CreateAsync(arguments.Postgres), settings ?? new Dictionary<string, string>());
        await server.StartAsync();
        return server;
    }

    /// <summary>Another program, on a store that it may share with others and leaves alone.</summary>
    public static async Task<BenchServer> StartAsync(BenchArguments arguments, BenchStore shared, string program, IReadOnlyDictionary<string, string> settings)
    {
        var server = new BenchServer(arguments, shared, program, settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts the program on the store as it is; returns once it is ready.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true };
        foreach (var (key, value) in store!.Settings.Concat(settings)) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["Cdp__WriteKey"] = arguments.WriteKey;
        start.Environment["Cdp__ApiKey"] = arguments.ApiKey;
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        await ReadyAsync();
    }

    /// <summary>Ends the program as a crash would; its store stays.</summary>
    public async Task KillAsync()
    {
        if (process is null) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
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

    /// <summary>Memory that its process holds; of a server that runs already, nobody knows.</summary>
    public long? WorkingSetBytes
    {
        get
        {
            process?.Refresh();
            return process?.WorkingSet64;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (store is not null && OwnsStore) await store.DisposeAsync();
    }

    private async Task ReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        for (var since = Stopwatch.StartNew(); since.Elapsed < StartMax && !process!.HasExited; await Task.Delay(20))
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

    public static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
    }
}
