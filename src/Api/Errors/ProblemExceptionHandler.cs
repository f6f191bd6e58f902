using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Http;
using Microsoft.AspNetCore.Diagnostics;

namespace CdpPipeline.Api.Errors;

/// <summary>Answers whatever an endpoint throws with its problem, and logs what is a bug. An answer to a client that has gone is not tried.</summary>
public sealed partial class ProblemExceptionHandler(IEnumerable<IFaultMeaning> meanings, PublicAddress address, TimeProvider clock, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    private readonly FaultLog faults = new(clock);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var meant = meanings.Select(meaning => meaning.Of(exception)).FirstOrDefault(known => known is not null) ?? exception;
        var problem = Problems.Of(meant);
        if (problem.Status == StatusCodes.Status500InternalServerError) LogBug(httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName, exception);
        else if (problem.Status == StatusCodes.Status503ServiceUnavailable && faults.TryTell(problem.Code, out var more)) LogFault(problem.Code, meant.Message, more);
        if (httpContext.Response.HasStarted) return false;

        // Who catches before this drops all headers that were set.
        SecurityHeaders.Apply(httpContext, address);
        await ProblemResponse.WriteAsync(httpContext, problem);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private partial void LogBug(string method, string? endpoint, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Answering 503 {Code}: {Reason} ({HeldBack} more like it since the last such line)")]
    private partial void LogFault(string code, string reason, long heldBack);
}
