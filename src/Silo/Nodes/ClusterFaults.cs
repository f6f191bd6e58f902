using CdpPipeline.Api.Errors;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Silo.Wire;

namespace CdpPipeline.Silo.Nodes;

/// <summary>What befalls calls between nodes (one has gone, is late, or speaks a newer tongue) is work that was interrupted, or overload: 503, to be tried again.</summary>
internal sealed class ClusterFaults : IFaultMeaning
{
    public Exception? Of(Exception exception) => exception switch
    {
        LimitExceededException => new OverloadedException(exception.Message, exception),
        OrleansException or TimeoutException or UnknownMessageException => new OperationCanceledException(exception.Message, exception),
        _ => null,
    };
}
