using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CdpPipeline.Clients.Tests.Servers;

/// <summary>
/// The built program as a process of its own, with its store in a folder of its own or in a PostgreSQL database. It can be killed and started
/// again; it is killed when this is disposed or the test process ends.
/// </summary>
internal sealed class RealServer : IAsyncDisposable
{
    public const string WriteKey = "wk_clients";
    public const string AdminKey = "ak_clients";

    private const int LinesKept = 40;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("cdp-clients-").FullName;
    private readonly string? connectionString;
    private readonly ConcurrentQueue<string> output = new();
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly EventHandler killAtExit;
    private readonly Lock gate = new();
    private Process? running;
    private Task ready = Task.CompletedTask;

    private RealServer(string? connectionString)
    {
        this.connectionString = connectionString;
        Address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}");
        killAtExit = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += killAtExit;
    }

    public Uri Address { get; }

    /// <summary>The last lines that the program wrote, through all restarts.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>A started server; without a connection string it has SQLite.</summary>
    public static async Task<RealServer> StartAsync(string? connectionString = null)
    {
        var server = new RealServer(connectionString);
        await server.KillAndRestartAsync();
        await server.ReadyAsync();
        return server;
    }

    /// <summary>Done when the server serves, be it after a restart.</summary>
    public Task ReadyAsync()
    {
        lock (gate) return ready;
    }

    /// <summary>SIGKILL, and a new process on the same store and port. When this returns, the old one is gone and the new one may not serve yet.</summary>
    public Task KillAndRestartAsync() => Task.Run(() =>
    {
        lock (gate)
        {
            Kill();
            Launch();
            ready = Task.Run(WaitAsync);
        }
    });

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= killAtExit;
        await Task.Run(Kill);
        client.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Launch()
    {
        var start = new ProcessStartInfo("dotnet", [ProgramPath()]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["Cdp__DataDirectory"] = folder;
        start.Environment["Cdp__Storage"] = connectionString is null ? "Sqlite" : "Postgres";
        if (connectionString is not null) start.Environment["Cdp__ConnectionString"] = connectionString;
        start.Environment["Cdp__WriteKey"] = WriteKey;
        start.Environment["Cdp__ApiKey"] = AdminKey;
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        Keep("--- start");
        running = Process.Start(start)!;
        running.OutputDataReceived += (_, line) => Keep(line.Data);
        running.ErrorDataReceived += (_, line) => Keep(line.Data);
        running.BeginOutputReadLine();
        running.BeginErrorReadLine();
    }

    private async Task WaitAsync()
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            Assert.True(since.Elapsed < StartMax, $"The server was not ready in time.\n{Output}");
            try
            {
                using var answer = await client.GetAsync(new Uri(Address, "/readyz"), CancellationToken.None);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    private void Kill()
    {
        if (running is not { } process) return;
        running = null;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // Built beside this test: the same configuration and framework.
    private static string ProgramPath()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = own;
        while (!File.Exists(Path.Combine(root.FullName, "CdpPipeline.sln"))) root = root.Parent ?? throw new InvalidOperationException("CdpPipeline.sln is nowhere above.");
        var built = Path.Combine(root.FullName, "src", "Api", "bin", own.Parent!.Name, own.Name, "CdpPipeline.Api.dll");
        Assert.True(File.Exists(built), $"The program is not built: {built}");
        return built;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        while (output.Count > LinesKept) output.TryDequeue(out _);
    }
}
