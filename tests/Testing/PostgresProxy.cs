using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CdpPipeline.Testing;

/// <summary>Stands between a process and its PostgreSQL server and carries bytes both ways, as far and as fast as it is told to.</summary>
public abstract class PostgresProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder server;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    protected PostgresProxy(string connectionString)
    {
        server = new NpgsqlConnectionStringBuilder(connectionString);
        listener.Start();
        accepting = AcceptAsync();
    }

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, SslMode = SslMode.Disable }.ConnectionString;

    /// <summary>Whether bytes hold the end of a commit request.</summary>
    protected static bool IsCommit(ReadOnlyMemory<byte> bytes) => bytes.Span.IndexOf("COMMIT\0"u8) >= 0;

    public virtual async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What decides over one connection.</summary>
    protected abstract IPassage Open(CancellationToken stopped);

    private async Task AcceptAsync()
    {
        await Task.Yield();
        var pairs = new List<Task>();
        try
        {
            while (true) pairs.Add(CarryAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            var passage = Open(stopping.Token);
            await passage.DownAsync(default);
            await far.ConnectAsync(server.Host!, server.Port, stopping.Token);
            var up = PumpAsync(near.GetStream(), far.GetStream(), passage.UpAsync);
            var down = PumpAsync(far.GetStream(), near.GetStream(), passage.DownAsync);
            await await Task.WhenAny(up, down);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // Either side has gone.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, ValueTask<bool>> passes)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReadAsync(buffer, stopping.Token) is > 0 and var count)
        {
            if (!await passes(buffer.AsMemory(0, count))) return;
            await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
        }

        await passes(default);
    }

    /// <summary>Decides, when it pleases, whether bytes go on or the connection ends; nothing is its beginning and its end.</summary>
    protected interface IPassage
    {
        /// <summary>From the process to the server.</summary>
        ValueTask<bool> UpAsync(ReadOnlyMemory<byte> bytes);

        /// <summary>From the server to the process.</summary>
        ValueTask<bool> DownAsync(ReadOnlyMemory<byte> bytes);
    }
}
