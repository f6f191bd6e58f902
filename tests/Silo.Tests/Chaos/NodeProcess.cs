using System.Collections.Concurrent;
using System.Diagnostics;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>One node as a process of its own. It keeps its ports across restarts.</summary>
internal sealed class NodeProcess(FaultStore store, IReadOnlyDictionary<string, string> settings, ConcurrentQueue<string> output)
{
    private const int LinesKept = 90;

    private readonly int clusterPort = TestNode.FreePort();
    private Process? running;

    public int Port { get; } = TestNode.FreePort();

    public bool IsRunning => running is { HasExited: false };

    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "CdpPipeline.Silo.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (key, value) in store.Environment.Concat(settings)) start.Environment[key] = value;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Port}";
        start.Environment["Cdp__Cluster__Port"] = $"{clusterPort}";
        start.Environment["Cdp__Cluster__AdvertisedAddress"] = "127.0.0.1";
        running = Process.Start(start)!;
        running.OutputDataReceived += (_, line) => Keep(line.Data);
        running.ErrorDataReceived += (_, line) => Keep(line.Data);
        running.BeginOutputReadLine();
        running.BeginErrorReadLine();
    }

    public async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/readyz"), cancellationToken);
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
        if (running is not { } process) return;
        running = null;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        output.Enqueue($"{Port} {line}");
        while (output.Count > LinesKept) output.TryDequeue(out _);
    }
}
