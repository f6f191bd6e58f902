using CdpPipeline.Api.Auth;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Audit;

/// <summary>
/// Writes down who does what. The entry is durable before the act begins, or the act is not done (503); it is closed with the answer's status before the
/// answer is sent. Should the store go away in between, it stays open and the answer goes out.
/// </summary>
internal sealed partial class AuditTrail(IAuditLog log, TimeProvider clock, ILogger<AuditTrail> logger)
{
    private readonly EntryIds ids = new();

    /// <summary>Runs a call that is an act.</summary>
    public async Task CallAsync(HttpContext context, Caller caller, string action, RequestDelegate call)
    {
        var entry = EntryOf(caller, action);
        await log.BeginAsync(entry, context.RequestAborted);
        var act = new AuditedAct();
        context.Features.Set(act);

        // A call that breaks off never starts an answer.
        context.Response.OnStarting(() => EndAsync(context, entry, act));
        context.Response.OnCompleted(() => EndAsync(context, entry, act));
        await call(context);
    }

    /// <summary>Writes down an act as done, before it has any effect.</summary>
    public Task NoteAsync(Caller caller, string action, string target, CancellationToken cancellationToken) =>
        log.BeginAsync(EntryOf(caller, action) with { Target = target, Status = StatusCodes.Status200OK }, cancellationToken);

    private AuditEntry EntryOf(Caller caller, string action)
    {
        var now = clock.GetUtcNow();
        return new AuditEntry(ids.Next(now), now, new AuditActor(caller.Key.Id, caller.Key.Name, caller.Session?.Id.ToString()), action);
    }

    private async Task EndAsync(HttpContext context, AuditEntry entry, AuditedAct act)
    {
        if (act.IsEnded) return;
        act.IsEnded = true;
        try
        {
            await log.EndAsync(entry.Id, context.Response.StatusCode, act.Target, CancellationToken.None);
        }
        catch (StoreUnavailableException exception)
        {
            StaysOpen(entry.Action, entry.Id, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit entry {Id} of {Action} stays open: {Reason}")]
    private partial void StaysOpen(string action, Guid id, string reason);
}
