using System.Threading.Channels;

namespace CdpPipeline.Client;

/// <summary>The one reader of the queue: takes what waits, as much as one request may have, has it delivered, and begins again.</summary>
internal sealed class SendLoop(ChannelReader<QueuedCall> queue, BatchSender sender, CdpClientOptions options)
{
    private readonly List<QueuedCall> batch = [];
    private TaskCompletionSource? settled;

    /// <summary>Done when the queue is completed and empty. Once cancelled, nothing is sent any more and the rest is told to be lost.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.WaitToReadAsync(cancellationToken))
            {
                Take();
                if (batch.Count > 0) await sender.SendAsync(batch.ToArray(), cancellationToken);
                batch.Clear();
                settled?.SetResult();
                settled = null;
            }
        }
        catch (OperationCanceledException)
        {
            Abandon();
        }
    }

    // Up to a flush, which is to be told of when all before it has been settled.
    private void Take()
    {
        var bytes = BatchBody.EnvelopeBytes;
        while (settled is null && batch.Count < options.BatchEventsMax && queue.TryPeek(out var next))
        {
            bytes += next.Json.Length + 1;
            if (bytes > options.BatchBytesMax && batch.Count > 0) break;
            queue.TryRead(out _);
            settled = next.Settled;
            if (settled is null) batch.Add(next);
        }
    }

    private void Abandon()
    {
        settled?.SetCanceled(CancellationToken.None);
        while (queue.TryRead(out var next))
        {
            if (next.Settled is { } flush) flush.SetCanceled(CancellationToken.None);
            else batch.Add(next);
        }

        sender.Lose(batch.ToArray(), LossCause.Abandoned, $"They could not be delivered within {options.FlushWithin} of disposing the client.");
    }
}
