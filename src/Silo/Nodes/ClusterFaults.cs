using CdpPipeline.Api.Errors;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Silo.Wire;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace CdpPipeline.Silo.Nodes;

/// <summary>Answers what befalls calls between nodes (one has gone, is late, or speaks a newer tongue) as work that was interrupted, or as overload.</summary>
internal sealed class ClusterFaults(ProblemExceptionHandler problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken) => Meaning(exception) is { } meaning
        ? problems.TryHandleAsync(httpContext, meaning, cancellationToken)
        : ValueTask.FromResult(false);

    private static Exception? Meaning(Exception exception) => exception switch
    {
        LimitExceededException => new OverloadedException(exception.Message, exception),
        OrleansException or TimeoutException or UnknownMessageException => new OperationCanceledException(exception.Message, exception),
        _ => null,
    };
}
