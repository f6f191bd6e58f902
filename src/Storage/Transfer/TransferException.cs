namespace CdpPipeline.Storage.Transfer;

/// <summary>An archive or a store that nothing can be carried with; the message says why, for an operator.</summary>
public sealed class TransferException : Exception
{
    public TransferException()
    {
    }

    public TransferException(string message)
        : base(message)
    {
    }

    public TransferException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
