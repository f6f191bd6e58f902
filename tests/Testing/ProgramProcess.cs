using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CdpPipeline.Testing;

/// <summary>
/// One of this solution's programs, as it was built, as a process of its own that serves on a loopback port. It keeps the port through all starts,
/// and is killed at the latest when this is disposed or the test process ends.
/// </summary>
public sealed class ProgramProcess : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<string> output;
    private readonly int linesKept;
    private readonly EventHandler killAtExit;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(5) };
    private Process? running;

    /// <param name="program">The built program: see <see cref="PathOf"/>.</param>
    /// <param name="output">Takes the last lines of all starts; several processes may share it.</param>
    /// <param name="linesKept">How many lines that is.</param>
    public ProgramProcess(string program, ConcurrentQueue<string> output, int linesKept)
    {
        Build = program;
        this.output = output;
        this.linesKept = linesKept;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        killAtExit = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += killAtExit;
    }

    public Uri Address { get; }

    /// <summary>The built program that the next start runs: another build may take this one's place.</summary>
    public string Build { get; set; }

    public bool IsRunning => running is { HasExited: false };

    /// <summary>Memory that it holds at this moment; 0 while it does not run.</summary>
    public long WorkingSetBytes
    {
        get
        {
            if (running is not { HasExited: false } process) return 0;
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The folder that holds the solution's sources, above that of the test that asks.</summary>
    public static string SolutionFolder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "CdpPipeline.sln")))
                folder = folder.Parent ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds CdpPipeline.sln.");
            return folder.FullName;
        }
    }

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Where the project under <c>src</c> was built, in the configuration and for the framework of the test that asks.</summary>
    public static string PathOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var built = Path.Combine(SolutionFolder, "src", project, "bin", own.Parent!.Name, own.Name, $"CdpPipeline.{project}.dll");
        return File.Exists(built) ? built : throw new InvalidOperationException($"The program is not built: {built}");
    }

    /// <summary>Starts the process without waiting for it.</summary>
    public void Launch(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Build]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (key, value) in settings) start.Environment[key] = value;
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        Keep("--- start");
        running = Process.Start(start)!;
        running.OutputDataReceived += (_, line) => Keep(line.Data);
        running.ErrorDataReceived += (_, line) => Keep(line.Data);
        running.BeginOutputReadLine();
        running.BeginErrorReadLine();
    }

    /// <summary>Waits until the launched process says that it is ready. Throws when it ends before, or takes longer than this.</summary>
    public async Task ReadyAsync(TimeSpan startMax, CancellationToken cancellationToken)
    {
        for (var since = Stopwatch.StartNew(); !await IsReadyAsync(cancellationToken);)
        {
            if (!IsRunning) throw new InvalidOperationException($"The program ended at its start.\n{string.Join('\n', output)}");
            if (since.Elapsed > startMax) throw new InvalidOperationException($"The program was not ready within {startMax}.\n{string.Join('\n', output)}");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Whether it says at this moment that it is ready.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Address, "/readyz"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>SIGKILL: nothing of the process runs any more when this returns.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref running, null) is not { } process) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>SIGTERM, as whoever runs it in earnest stops it; done when the process has ended, with its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        var process = running!;
        await SignalAsync("TERM");
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>SIGSTOP: it stands still, and keeps all its connections.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on where it stood, and knows nothing of it.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Done when the process has ended by itself.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => running!.WaitForExitAsync(cancellationToken);

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= killAtExit;
        Kill();
        http.Dispose();
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", running!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0) throw new InvalidOperationException($"SIG{name} could not be sent.");
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        while (output.Count > linesKept) output.TryDequeue(out _);
    }
}
