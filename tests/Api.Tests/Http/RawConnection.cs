using System.Net.Sockets;
using System.Text;

namespace CdpPipeline.Api.Tests.Http;

/// <summary>A connection on which nothing is put right: what is sent is what arrives.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient client;
    private readonly NetworkStream stream;

    private RawConnection(TcpClient client)
    {
        this.client = client;
        stream = client.GetStream();
    }

    public static async Task<RawConnection> OpenAsync(ApiHost host)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        return new RawConnection(client);
    }

    /// <summary>Sends the text (each character a byte) on a connection of its own, and returns all that is answered until the server closes it.</summary>
    public static async Task<string> AskAsync(ApiHost host, string text)
    {
        using var connection = await OpenAsync(host);
        await connection.SendAsync(text);
        return await connection.ReadAllAsync();
    }

    public async Task SendAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Sends the same byte ten times a second until the server has had enough; all that it answered.</summary>
    public async Task<string> TrickleAsync(string one)
    {
        var answer = ReadAllAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (!answer.IsCompleted && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken)) await SendAsync(one);
        }
        catch (IOException)
        {
            // It has closed.
        }

        return await answer;
    }

    /// <summary>Everything until the server closes, or breaks, the connection; fails when it leaves it open.</summary>
    public async Task<string> ReadAllAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, patience.Token)) > 0) all.Write(buffer, 0, read);
        }
        catch (IOException)
        {
            // Broken is closed.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    public void Dispose() => client.Dispose();
}
