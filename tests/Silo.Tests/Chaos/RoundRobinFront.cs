using System.Net;
using System.Net.Sockets;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>What stands before the nodes: each connection goes to the next node that takes it, and ends with it.</summary>
internal sealed class RoundRobinFront : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly IReadOnlyList<int> ports;
    private readonly Task accepting;
    private int turn;

    public RoundRobinFront(IReadOnlyList<int> ports)
    {
        this.ports = ports;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var node = await ConnectAsync())
        {
            if (node is null) return;
            try
            {
                var (near, far) = (client.GetStream(), node.GetStream());
                await await Task.WhenAny(near.CopyToAsync(far, stopping.Token), far.CopyToAsync(near, stopping.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // One side has gone; the other is told by the end of its connection.
            }
        }
    }

    private async Task<TcpClient?> ConnectAsync()
    {
        for (var i = 0; i < ports.Count; i++)
        {
            var node = new TcpClient();
            try
            {
                await node.ConnectAsync(IPAddress.Loopback, ports[(int)((uint)Interlocked.Increment(ref turn) % (uint)ports.Count)], stopping.Token);
                return node;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                node.Dispose();
            }
        }

        return null;
    }
}
