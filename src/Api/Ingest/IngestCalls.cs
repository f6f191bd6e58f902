using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Plans;
using CdpPipeline.Api.Privacy;
using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Answers Segment's calls and the first seed's: key, body, events, ingest, answer. It answers 2xx only after
/// <see cref="IIngest"/> has everything durable; what that throws becomes a 503 for the whole request.
/// </summary>
internal sealed partial class IngestCalls(
    SourceGate gate, SourceLimits limits, EventReader reader, IIngest ingest, IOptions<IngestOptions> options, BodyBudget budget, IngestGate admission,
    ContextPrivacy privacy, PlanGate plans, IngestLedger ledger, IngestMetrics metrics, TimeProvider time, ILogger<IngestCalls> logger)
{
    public Task BatchAsync(HttpContext context) => WithBodyAsync(context, isKeyInQuery: false, AnswerBatchAsync);

    /// <summary>RudderStack's beacon: a batch whose key may be in the query, since a beacon can set no header.</summary>
    public Task BeaconAsync(HttpContext context) => WithBodyAsync(context, isKeyInQuery: true, AnswerBatchAsync);

    /// <summary>One call; without a <c>type</c> of its own it has the path's.</summary>
    public RequestDelegate One(EventType pathType) =>
        context => WithBodyAsync(context, isKeyInQuery: false, (http, source, body) =>
            AnswerOneAsync(http, source, body, EnvelopeOf(http, source, pathType)));

    /// <summary>The first seed's <c>/api/track</c>.</summary>
    public Task SeedAsync(HttpContext context) => WithBodyAsync(context, isKeyInQuery: false, (http, source, body) =>
        AnswerOneAsync(http, source, body, EnvelopeOf(http, source, isSeedCall: true)));

    /// <summary>Finds the source, reads the body, and hands both on; or answers why not.</summary>
    public async Task WithBodyAsync(HttpContext context, bool isKeyInQuery, Func<HttpContext, Source, RequestBody, Task> answer)
    {
        if (TurnedAway(context) is { } told)
        {
            await told;
            return;
        }

        var (source, problem) = gate.FindBeforeBody(context, isKeyInQuery);
        if (problem is null && source is not null) problem = limits.Check(source);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request, options.Value.BodyBytesMax, budget, context.RequestAborted);
        problem = body.Problem;
        if (problem is null && source is null)
        {
            (source, problem) = gate.FindInBody(context, body.Bytes);
            if (source is not null) problem = limits.Check(source);
        }

        if (problem is not null) await ProblemResponse.WriteAsync(context, problem);
        else await (TurnedAway(context) ?? answer(context, source!, body));
    }

    // Before the body is read, and again before it is looked at: what is turned away must cost next to nothing, and no line of the log.
    private Task? TurnedAway(HttpContext context)
    {
        if (!admission.IsFull) return null;
        metrics.Shed();
        return ProblemResponse.WriteAsync(context, Problems.Overloaded);
    }

    private Envelope EnvelopeOf(HttpContext context, Source source, EventType? pathType = null, bool isSeedCall = false) => new(time.GetUtcNow(), source)
    {
        PathType = pathType,
        IsSeedCall = isSeedCall,
        Privacy = privacy,
        Connection = context.Connection.RemoteIpAddress,
        KeepsRejected = ledger.KeepsRejected,
    };

    private async Task AnswerBatchAsync(HttpContext context, Source source, RequestBody body)
    {
        var read = reader.ReadBatch(body.Bytes, EnvelopeOf(context, source));
        if (read.Problem is not null)
        {
            ledger.Record(source, read.Problem);
            await ProblemResponse.WriteAsync(context, read.Problem);
            return;
        }

        limits.Charge(source, read.Events.Count + read.Rejected.Count);
        read = plans.Check(source, read);
        var outcomes = read.Events.Count == 0 ? [] : await ingest.IngestAsync(read.Events, context.RequestAborted);
        ledger.Record(source, read, outcomes);
        LogBatch(source.Id, outcomes.Count, read.Rejected.Count);
        await IngestAnswers.BatchAsync(context, read, outcomes);
    }

    private async Task AnswerOneAsync(HttpContext context, Source source, RequestBody body, Envelope envelope)
    {
        var read = plans.Check(source, reader.ReadOne(body.Bytes, envelope));
        var problem = read.Problem ?? (read.Rejected.Count > 0 ? Problems.InvalidField(read.Rejected[0].Field, read.Rejected[0].Error) : null);
        if (problem is not null)
        {
            if (read.Problem is null) ledger.Record(source, read, []);
            else ledger.Record(source, read.Problem);
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var outcomes = await ingest.IngestAsync(read.Events, context.RequestAborted);
        ledger.Record(source, read, outcomes);
        await IngestAnswers.OneAsync(context, read.Events[0], outcomes[0], hasMessageId: !envelope.IsSeedCall);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Batch from source {SourceId}: {Handed} events handed on, {Rejected} rejected")]
    private partial void LogBatch(string sourceId, int handed, int rejected);
}
