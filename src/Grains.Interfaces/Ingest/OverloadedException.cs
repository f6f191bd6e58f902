namespace CdpPipeline.Grains.Interfaces.Ingest;

/// <summary>A queue on the way is full; nothing was done. Callers answer 503 with Retry-After.</summary>
public sealed class OverloadedException : Exception
{
    public OverloadedException()
    {
    }

    public OverloadedException(string message)
        : base(message)
    {
    }

    public OverloadedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
