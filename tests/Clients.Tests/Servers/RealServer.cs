using System.Collections.Concurrent;
using CdpPipeline.Testing;

namespace CdpPipeline.Clients.Tests.Servers;

/// <summary>
/// The built program, with its store in a folder of its own or in a PostgreSQL database. It can be killed and started again; it is killed when
/// this is disposed or the test process ends.
/// </summary>
internal sealed class RealServer : IAsyncDisposable
{
    public const string WriteKey = "wk_clients";
    public const string AdminKey = "ak_clients";

    private const int LinesKept = 40;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("cdp-clients-").FullName;
    private readonly Dictionary<string, string> settings;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ProgramProcess program;
    private readonly Lock gate = new();
    private Task ready = Task.CompletedTask;

    private RealServer(string? connectionString)
    {
        settings = new Dictionary<string, string>
        {
            ["Cdp__DataDirectory"] = folder,
            ["Cdp__Storage"] = connectionString is null ? "Sqlite" : "Postgres",
            ["Cdp__WriteKey"] = WriteKey,
            ["Cdp__ApiKey"] = AdminKey,
        };
        if (connectionString is not null) settings["Cdp__ConnectionString"] = connectionString;
        program = new ProgramProcess(ProgramProcess.PathOf("Api"), output, LinesKept);
    }

    public Uri Address => program.Address;

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
    public async Task ReadyAsync()
    {
        while (true)
        {
            var start = LastStart();
            try
            {
                await start;
                return;
            }
            catch (InvalidOperationException) when (LastStart() != start)
            {
                // It was killed before it served, and is on its way back.
            }
        }
    }

    /// <summary>SIGKILL, and a new process on the same store and port. When this returns, the old one is gone and the new one may not serve yet.</summary>
    public Task KillAndRestartAsync() => Task.Run(() =>
    {
        lock (gate)
        {
            program.Kill();
            program.Launch(settings);
            ready = Task.Run(() => program.ReadyAsync(StartMax, CancellationToken.None));
        }
    });

    public async ValueTask DisposeAsync()
    {
        await Task.Run(program.Dispose);
        Directory.Delete(folder, recursive: true);
    }

    private Task LastStart()
    {
        lock (gate) return ready;
    }
}
