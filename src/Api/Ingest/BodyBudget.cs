using CdpPipeline.Grains.Interfaces.Ingest;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Ingest;

/// <summary>Bounds the memory that all request bodies hold together. Safe for concurrent use.</summary>
internal sealed class BodyBudget(IOptions<IngestOptions> options)
{
    private long bytesHeld;

    /// <summary>How many bytes are held now.</summary>
    public long BytesHeld => Interlocked.Read(ref bytesHeld);

    /// <summary>Takes a share, or throws <see cref="OverloadedException"/> when it would be too much.</summary>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref bytesHeld, bytes) <= options.Value.BuffersBytesMax) return;
        Release(bytes);
        throw new OverloadedException("The request bodies being read hold as much memory as they may.");
    }

    public void Release(int bytes) => Interlocked.Add(ref bytesHeld, -bytes);
}
