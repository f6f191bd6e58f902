using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CdpPipeline.Storage.Tests.Postgres;

/// <summary>Stands between a store and its server. On demand it lets one commit through and breaks the connection before the answer.</summary>
internal sealed class AnswerLosingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder server;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;
    private int isArmed;

    public AnswerLosingProxy(string connectionString)
    {
        server = new NpgsqlConnectionStringBuilder(connectionString);
        listener.Start();
        accepting = AcceptAsync();
    }

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, SslMode = SslMode.Disable }.ConnectionString;

    public void LoseNextCommit() => Volatile.Write(ref isArmed, 1);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
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
            await far.ConnectAsync(server.Host!, server.Port, stopping.Token);
            var isCommitting = false;
            var up = PumpAsync(near.GetStream(), far.GetStream(), sent =>
            {
                isCommitting |= sent.IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Exchange(ref isArmed, 0) == 1;
                return true;
            });
            var down = PumpAsync(far.GetStream(), near.GetStream(), _ => !isCommitting);
            await await Task.WhenAny(up, down);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // Either side has gone.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Judge judge)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReadAsync(buffer, stopping.Token) is > 0 and var count)
        {
            if (!judge(buffer.AsSpan(0, count))) return;
            await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
        }
    }

    /// <summary>Whether some bytes may pass.</summary>
    private delegate bool Judge(ReadOnlySpan<byte> bytes);
}
