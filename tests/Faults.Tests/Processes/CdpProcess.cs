using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CdpPipeline.Faults.Tests.Processes;

/// <summary>
/// The real program, started from its build output on a free loopback port. It keeps its port across restarts, and is killed at the
/// latest when this is disposed or the test process ends.
/// </summary>
internal sealed class CdpProcess : IAsyncDisposable
{
    public const string WriteKey = "faults-write-key";
    public const string ApiKey = "faults-api-key";

    private const int LinesKept = 60;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly FaultStore store;
    private readonly ConcurrentQueue<string> output = new();
    private readonly EventHandler killAtExit;
    private Process? running;

    public CdpProcess(FaultStore store)
    {
        this.store = store;
        Address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}");
        killAtExit = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += killAtExit;
    }

    public Uri Address { get; }

    public bool IsRunning => running is { HasExited: false };

    /// <summary>The last lines that the program wrote, through all restarts.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>Starts the process without waiting for it.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet", [ProgramPath()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (key, value) in store.Environment) start.Environment[key] = value;
        start.Environment["Logging__LogLevel__Microsoft"] = "Warning";
        start.Environment["Cdp__WriteKey"] = WriteKey;
        start.Environment["Cdp__ApiKey"] = ApiKey;
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();

        // So little room that people leave memory and come back from the store all the time.
        start.Environment["Cdp__Local__ActiveIdentitiesMax"] = "300";
        start.Environment["Cdp__Local__IdentityIdleFor"] = "00:00:03";
        start.Environment["Cdp__Local__ActiveAliasesMax"] = "300";
        start.Environment["Cdp__Local__AliasIdleFor"] = "00:00:02";
        start.Environment["Cdp__Local__AliasCacheEntriesMax"] = "1000";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        Keep("--- start");
        running = Process.Start(start)!;
        running.OutputDataReceived += (_, line) => Keep(line.Data);
        running.ErrorDataReceived += (_, line) => Keep(line.Data);
        running.BeginOutputReadLine();
        running.BeginErrorReadLine();
    }

    /// <summary>Waits until the launched process serves.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        var since = Stopwatch.StartNew();
        while (true)
        {
            Assert.True(IsRunning, $"The program ended at its start.\n{Output}");
            Assert.True(since.Elapsed < StartMax, $"The program was not ready in time.\n{Output}");
            try
            {
                using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Not listening yet.
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Launch();
        await ReadyAsync(cancellationToken);
    }

    /// <summary>SIGKILL: nothing of the process runs any more when this returns.</summary>
    public void Kill()
    {
        if (running is not { } process) return;
        running = null;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= killAtExit;
        Kill();
        return ValueTask.CompletedTask;
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
        for (var folder = own; folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "CdpPipeline.sln"))) continue;
            var built = Path.Combine(folder.FullName, "src", "Api", "bin", own.Parent!.Name, own.Name, "CdpPipeline.Api.dll");
            Assert.True(File.Exists(built), $"The program is not built: {built}");
            return built;
        }

        throw new InvalidOperationException($"No folder above {own.FullName} holds CdpPipeline.sln.");
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        while (output.Count > LinesKept) output.TryDequeue(out _);
    }
}
