using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CdpPipeline.Testing;

/// <summary>
/// Stands between a process and its PostgreSQL server, and makes the process look frozen to the server, in the middle of a commit if need be: it says
/// nothing more, and keeps its connections, until it is let go.
/// </summary>
public sealed class HoldingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder server;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;
    private readonly Lock changing = new();
    private TaskCompletionSource passing = Passing();
    private TaskCompletionSource held = NewSource();
    private bool isArmed;

    public HoldingProxy(string connectionString)
    {
        server = new NpgsqlConnectionStringBuilder(connectionString);
        listener.Start();
        accepting = AcceptAsync();
    }

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, SslMode = SslMode.Disable }.ConnectionString;

    /// <summary>Holds everything from the next COMMIT on, which is not passed on; done once it was seen.</summary>
    public Task HoldAtCommitAsync()
    {
        lock (changing)
        {
            isArmed = true;
            held = NewSource();
            return held.Task;
        }
    }

    /// <summary>What was held goes on.</summary>
    public void LetGo()
    {
        lock (changing)
        {
            isArmed = false;
            passing.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        LetGo();
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Passing()
    {
        var source = NewSource();
        source.SetResult();
        return source;
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
            await PassingAsync();
            await far.ConnectAsync(server.Host!, server.Port, stopping.Token);
            await await Task.WhenAny(UpAsync(near.GetStream(), far.GetStream()), DownAsync(far.GetStream(), near.GetStream()));
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // Either side has gone.
        }
    }

    private async Task UpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReadAsync(buffer, stopping.Token) is > 0 and var count)
        {
            if (buffer.AsSpan(0, count).IndexOf("COMMIT\0"u8) >= 0) HoldIfArmed();
            await PassingAsync();
            await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
        }
    }

    private async Task DownAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReadAsync(buffer, stopping.Token) is > 0 and var count)
        {
            await PassingAsync();
            await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
        }

        // A frozen process does not hear that its session was ended either.
        await PassingAsync();
    }

    private void HoldIfArmed()
    {
        lock (changing)
        {
            if (!isArmed) return;
            isArmed = false;
            passing = NewSource();
            held.TrySetResult();
        }
    }

    private Task PassingAsync()
    {
        lock (changing) return passing.Task.WaitAsync(stopping.Token);
    }
}
