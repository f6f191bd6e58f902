using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CdpPipeline.Testing;

/// <summary>
/// A PostgreSQL server for tests: the one that <c>CDP_TEST_POSTGRES</c> names (a connection string), else a private one started from the
/// newest installed binaries, with fsync on, and removed at the end. When there is neither, <see cref="MissingReason"/> says so.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartAsync);

    private readonly string? binaries;
    private readonly string? folder;
    private readonly string connectionString;
    private readonly int port;

    private PostgresServer(string connectionString, string? binaries, string? folder, int port)
    {
        this.connectionString = connectionString;
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
    }

    /// <summary>Why there is no server to test against; null when there is one.</summary>
    public static string? MissingReason =>
        Given is null && FindBinaries() is null ? "Neither CDP_TEST_POSTGRES nor PostgreSQL's binaries under /usr/lib/postgresql are there." : null;

    /// <summary>True for a server of our own, which may be restarted.</summary>
    public bool IsPrivate => folder is not null;

    /// <summary>Where a server of our own keeps its files; null for a given one.</summary>
    public string? DataDirectory => folder is null ? null : Path.Combine(folder, "data");

    private static string? Given => Environment.GetEnvironmentVariable("CDP_TEST_POSTGRES") is { Length: > 0 } given ? given : null;

    /// <summary>The server that all test classes of this process share, started at first use and stopped when the process ends.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>Stops the shared server if it was ever started.</summary>
    public static async Task StopSharedAsync()
    {
        if (SharedServer.IsValueCreated) await (await SharedServer.Value).DisposeAsync();
    }

    /// <summary>Starts a server of one's own (or uses the given one).</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        if (Given is { } given) return new PostgresServer(given, null, null, 0);
        var binaries = FindBinaries() ?? throw new InvalidOperationException(MissingReason);
        var folder = Directory.CreateTempSubdirectory("cdp-postgres-").FullName;
        var port = ProgramProcess.FreePort();
        var server = new PostgresServer(
            string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres"), binaries, folder, port);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Stop();
        if (Environment.IsPrivilegedProcess) Run("chown", "postgres", folder);
        await Task.Run(() =>
        {
            server.RunUnprivileged($"{binaries}/initdb -D {folder}/data -U postgres -A trust -E UTF8 --no-locale --no-sync");
            server.Start();
        });
        return server;
    }

    /// <summary>Makes an empty database and returns a connection string for it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var create = connection.CreateCommand();
        create.CommandText = $"create database {name} template template0";
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Kills the server as a crash would and starts it again on the same port and data. Only for a private server.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Stops the server at once, without a checkpoint.</summary>
    public Task StopAsync() => Task.Run(() => RunUnprivileged($"{binaries}/pg_ctl -D {folder}/data -m immediate -w stop"));

    /// <summary>Starts the stopped server again.</summary>
    public Task StartAgainAsync() => Task.Run(Start);

    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private static string? FindBinaries() => !Directory.Exists("/usr/lib/postgresql")
        ? null
        : Directory.GetDirectories("/usr/lib/postgresql")
            .Where(path => File.Exists(Path.Combine(path, "bin", "initdb")))
            .OrderByDescending(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(path => Path.Combine(path, "bin"))
            .FirstOrDefault();

    private static void Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private void Start() => RunUnprivileged(
        $"{binaries}/pg_ctl -D {folder}/data -w -t 60 -l {folder}/log -o '-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=on -c max_connections=200 -c max_wal_size=4GB' start");

    // PostgreSQL refuses to run as root. Output goes to the server's folder: an inherited pipe would never close.
    private void RunUnprivileged(string command)
    {
        var quiet = $"{command} >> {folder}/commands 2>&1 < /dev/null";
        if (Environment.IsPrivilegedProcess) Run("su", "postgres", "-s", "/bin/bash", "-c", quiet);
        else Run("/bin/bash", "-c", quiet);
    }

    private void Stop()
    {
        if (folder is null || !Directory.Exists(folder)) return;
        try
        {
            RunUnprivileged($"{binaries}/pg_ctl -D {folder}/data -m immediate -w stop");
        }
        catch (InvalidOperationException)
        {
            // It was not running.
        }

        Directory.Delete(folder, recursive: true);
    }
}
