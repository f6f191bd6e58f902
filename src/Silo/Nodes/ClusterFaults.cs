using CdpPipeline.Api.Errors;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Silo.Wire;
using Orleans.Serialization;

namespace CdpPipeline.Silo.Nodes;

/// <summary>What befalls calls between nodes (one has gone, is late, or speaks a newer tongue) is work that was interrupted, or overload: 503, to be tried again.</summary>
internal sealed class ClusterFaults : IFaultMeaning
{
    public Exception? Of(Exception exception) => exception switch
    {
        LimitExceededException => new OverloadedException(exception.Message, exception),
        OrleansException or TimeoutException or UnknownMessageException or SerializerException => new OperationCanceledException(exception.Message, exception),

        // So a node says that it knows no such method: it is of an older build than the caller.
        TypeLoadException when exception.GetType() == typeof(TypeLoadException) => new OperationCanceledException(exception.Message, exception),
        _ => null,
    };
}
