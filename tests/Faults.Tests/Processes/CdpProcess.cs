using System.Collections.Concurrent;
using CdpPipeline.Testing;

namespace CdpPipeline.Faults.Tests.Processes;

/// <summary>The real program on the store under test.</summary>
internal sealed class CdpProcess : IAsyncDisposable
{
    public const string WriteKey = "faults-write-key";
    public const string ApiKey = "faults-api-key";

    private const int LinesKept = 60;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Logging__LogLevel__Microsoft"] = "Warning",
        ["Cdp__WriteKey"] = WriteKey,
        ["Cdp__ApiKey"] = ApiKey,

        // So little room that people leave memory and come back from the store all the time.
        ["Cdp__Local__ActiveIdentitiesMax"] = "300",
        ["Cdp__Local__IdentityIdleFor"] = "00:00:03",
        ["Cdp__Local__ActiveAliasesMax"] = "300",
        ["Cdp__Local__AliasIdleFor"] = "00:00:02",
        ["Cdp__Local__AliasCacheEntriesMax"] = "1000",
    };

    private readonly FaultStore store;
    private readonly Dictionary<string, string> settings;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ProgramProcess program;

    /// <param name="store">Where it keeps what it is sent.</param>
    /// <param name="settings">Go before those that all have.</param>
    public CdpProcess(FaultStore store, params (string Key, string Value)[] settings)
    {
        this.store = store;
        this.settings = new Dictionary<string, string>(Settings);
        foreach (var (key, value) in settings) this.settings[key] = value;
        program = new ProgramProcess(ProgramProcess.PathOf("Api"), output, LinesKept);
    }

    public Uri Address => program.Address;

    public bool IsRunning => program.IsRunning;

    /// <inheritdoc cref="ProgramProcess.WorkingSetBytes"/>
    public long WorkingSetBytes => program.WorkingSetBytes;

    /// <summary>The last lines that the program wrote, through all restarts.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>Starts the process without waiting for it.</summary>
    public void Launch() => program.Launch(store.Environment.Concat(settings));

    /// <summary>Waits until the launched process serves.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => program.ReadyAsync(StartMax, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Launch();
        return ReadyAsync(cancellationToken);
    }

    /// <summary>SIGKILL: nothing of the process runs any more when this returns.</summary>
    public void Kill() => program.Kill();

    public ValueTask DisposeAsync()
    {
        program.Dispose();
        return ValueTask.CompletedTask;
    }
}
