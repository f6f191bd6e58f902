using System.Text.Json;
using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>Maps <c>/api/session</c>: a browser shows an API key once and has a cookie from then on.</summary>
internal sealed class SessionApi(SessionRing sessions, ApiKeys keys, IWriteKeys writeKeys, ApiGate gate, PublicAddress address, SessionAttempts attempts, AuditTrail trail)
{
    public const string OpenAction = "session.open";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<SessionApi>();
        endpoints.Serve(
            "/api/session",
            ApiRoute.Get(ApiAccess.Read, calls.GetAsync),
            ApiRoute.WithoutKey(HttpMethods.Post, calls.OpenAsync),
            ApiRoute.Delete(ApiAccess.Read, calls.EndAsync).As("session.end", SessionCookie.IsIn));
    }

    private async Task OpenAsync(HttpContext context)
    {
        var (body, problem) = await JsonBody.ReadAsync(context);
        var text = "";
        if (!address.IsOwnPage(context.Request)) problem = Problems.ForeignPage;
        problem ??= body.ReadText("key", ApiKeys.LengthMax, out text);
        problem ??= attempts.Begin();
        var key = problem is null ? keys.FindText(text) : null;
        if (key is not null) attempts.Succeed();
        if (problem is null && key is null) problem = writeKeys.TryFindSource(text, out _) ? Problems.WriteKeyOnApi : Problems.Unauthorized;
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var (session, token) = sessions.Open(key!);
        await trail.NoteAsync(new Caller(key!, session), OpenAction, session.Id.ToString(), context.RequestAborted);
        SessionCookie.Set(context.Response, token, sessions.Lifetime, address.IsSecure(context.Request));
        await SendAsync(context, new Caller(key!, session));
    }

    /// <summary>Who this is and what they may do, with a session or with a key.</summary>
    private Task GetAsync(HttpContext context) =>
        gate.Check(context, ApiAccess.Read, out var caller) is { } problem ? ProblemResponse.WriteAsync(context, problem) : SendAsync(context, caller);

    private async Task EndAsync(HttpContext context)
    {
        gate.Check(context, ApiAccess.Read, out var caller);
        if (caller.Session is not { } session)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        await sessions.EndAsync(session, context.RequestAborted);
        context.NameTarget(session.Id.ToString());
        SessionCookie.Clear(context.Response, address.IsSecure(context.Request));
        await JsonAnswer.NoContentAsync(context);
    }

    private static Task SendAsync(HttpContext context, Caller caller)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.SendAsync(context, StatusCodes.Status200OK, caller, Write);
    }

    private static void Write(Utf8JsonWriter json, Caller caller)
    {
        json.WriteString("role"u8, ApiKeyDocuments.NameOf(caller.Key.Role));
        json.WriteStartObject("key"u8);
        json.WriteString("id"u8, caller.Key.Id);
        json.WriteString("name"u8, caller.Key.Name);
        json.WriteEndObject();
        json.WriteString("csrf"u8, caller.Session?.CsrfToken);
        json.WriteInstant("expiresAt"u8, caller.Session?.ExpiresAt);
    }
}
