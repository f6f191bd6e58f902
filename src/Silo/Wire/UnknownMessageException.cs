namespace CdpPipeline.Silo.Wire;

/// <summary>Another node sent what this one cannot read. The call fails and changes nothing; the caller answers 503.</summary>
public sealed class UnknownMessageException : Exception
{
    public UnknownMessageException()
    {
    }

    public UnknownMessageException(string message)
        : base(message)
    {
    }

    public UnknownMessageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
