using CdpPipeline.Demo.Retail;

namespace CdpPipeline.Demo.Host;

/// <summary>Sends calls in batches, several at once, and counts what becomes of them.</summary>
internal sealed class Replay(CdpClient client, IReadOnlyList<Call> calls)
{
    private const int AtOnce = 4;
    private const int BatchCallsMax = 250;
    private const int BatchBytesMax = 1024 * 1024;

    private int done;
    private int accepted;
    private int duplicates;
    private int rejected;
    private volatile string? firstRejection;

    public int Total => calls.Count;

    public int Done => Volatile.Read(ref done);

    public int Accepted => Volatile.Read(ref accepted);

    public int Duplicates => Volatile.Read(ref duplicates);

    public int Rejected => Volatile.Read(ref rejected);

    /// <summary>What the host said of the first call that it rejected; null when it took all.</summary>
    public string? FirstRejection => firstRejection;

    public Task RunAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Batches(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, SendAsync);

    private async ValueTask SendAsync(ArraySegment<Call> batch, CancellationToken cancellationToken)
    {
        var answer = await client.PostBatchAsync(Body(batch), cancellationToken);
        Interlocked.Add(ref accepted, answer.GetProperty("accepted").GetInt32());
        Interlocked.Add(ref duplicates, answer.GetProperty("duplicates").GetInt32());
        var refused = answer.GetProperty("rejected");
        Interlocked.Add(ref rejected, refused.GetArrayLength());
        if (refused.GetArrayLength() > 0) firstRejection ??= refused[0].GetRawText();
        Interlocked.Add(ref done, batch.Count);
    }

    private IEnumerable<ArraySegment<Call>> Batches()
    {
        var all = calls.ToArray();
        for (int from = 0, to; from < all.Length; from = to)
        {
            var bytes = 0;
            for (to = from; to < all.Length && to - from < BatchCallsMax && bytes < BatchBytesMax; to++) bytes += all[to].Json.Length;
            yield return new ArraySegment<Call>(all, from, to - from);
        }
    }

    private static byte[] Body(ArraySegment<Call> batch)
    {
        using var body = new MemoryStream();
        body.Write("{\"batch\":["u8);
        for (var i = 0; i < batch.Count; i++)
        {
            if (i > 0) body.WriteByte((byte)',');
            body.Write(batch[i].Json.Span);
        }

        body.Write("]}"u8);
        return body.ToArray();
    }
}
