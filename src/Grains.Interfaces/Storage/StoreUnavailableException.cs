namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>The store can't be reached or gave up midway. Callers answer 503; whether an append got through is unknown.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
