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
        LimitExceededException => new OverloadedException("More calls wait for one grain than may.", exception),
        UnknownMessageException => new OperationCanceledException(exception.Message, exception),

        // What Orleans says may hold what was called with.
        OrleansException or TimeoutException or SerializerException => new OperationCanceledException($"A call between nodes broke off: {exception.GetType().Name}.", exception),

        // So a node says that it knows no such method: it is of an older build than the caller.
        TypeLoadException when exception.GetType() == typeof(TypeLoadException) => new OperationCanceledException("Another node does not know this call; it may be of an older build.", exception),
        _ => null,
    };
}
