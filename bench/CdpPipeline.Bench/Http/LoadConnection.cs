using System.Buffers.Text;
using System.Net.Sockets;

namespace CdpPipeline.Bench.Http;

/// <summary>
/// One persistent HTTP/1.1 connection that costs little beside the server it loads. Knows what this server answers: a status, and a
/// body with a length, in chunks, or none. Not for concurrent use.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket;
    private byte[] buffer = new byte[16_384];

    private LoadConnection(Socket socket) => this.socket = socket;

    /// <summary>Whether the last answer said when to come again.</summary>
    public bool SaidWhenToRetry { get; private set; }

    public static async Task<LoadConnection> OpenAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        return new LoadConnection(socket);
    }

    /// <summary>Sends a request and reads its answer whole; the status.</summary>
    public async Task<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        while (!request.IsEmpty) request = request[await socket.SendAsync(request)..];
        for (var read = 0; ;)
        {
            if (read == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var count = await socket.ReceiveAsync(buffer.AsMemory(read));
            if (count == 0) throw new InvalidOperationException("The server closed the connection.");
            read += count;
            var answer = buffer.AsSpan(0, read);
            if (!IsWhole(answer) || !Utf8Parser.TryParse(answer.Slice(9, 3), out int status, out _)) continue;
            SaidWhenToRetry = answer[..answer.IndexOf("\r\n\r\n"u8)].IndexOf("\r\nRetry-After: "u8) >= 0;
            return status;
        }
    }

    public void Dispose() => socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = answer[..end];
        var length = head.IndexOf("\r\nContent-Length: "u8);
        if (length >= 0) return Utf8Parser.TryParse(head[(length + 18)..], out long bytes, out _) && answer.Length >= end + 4 + bytes;
        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 || answer.EndsWith("\r\n0\r\n\r\n"u8);
    }
}
