using CdpPipeline.Api.Auth.Sessions;
using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// Decides whether a request may do what it asks for: no or an unknown key 401, a write key or too low a role 403. Without an Authorization header a
/// session's cookie stands for the key it was opened with, for pages of this host only, and with the session's CSRF token for all but reading.
/// </summary>
internal sealed class ApiGate(ApiKeys keys, IWriteKeys writeKeys, SessionRing sessions, PublicAddress address)
{
    /// <summary>Why not; null when it may.</summary>
    public Problem? Check(HttpContext context, ApiAccess needed) => Check(context, needed, out _);

    /// <summary>The same; <paramref name="caller"/> is who it is, where it may.</summary>
    public Problem? Check(HttpContext context, ApiAccess needed, out Caller caller)
    {
        var request = context.Request;
        string? authorization = request.Headers.Authorization;
        if (string.IsNullOrEmpty(authorization)) return CheckSession(context, needed, out caller);
        if (keys.Find(authorization) is { } key)
        {
            caller = new Caller(key, null);
            return key.Role >= needed ? null : Problems.RoleTooLow;
        }

        caller = default;
        return ApiKeys.KeyIn(authorization) is { } text && writeKeys.TryFindSource(text, out _) ? Problems.WriteKeyOnApi : Problems.Unauthorized;
    }

    private Problem? CheckSession(HttpContext context, ApiAccess needed, out Caller caller)
    {
        caller = default;
        var request = context.Request;
        if (request.Headers.Cookie.Count == 0 || sessions.Find(request.Cookies[SessionCookie.Name]) is not { } session) return Problems.Unauthorized;
        if (!address.IsOwnPage(request)) return Problems.ForeignPage;
        var isReading = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!isReading && !session.IsToken(request.Headers[SessionCookie.TokenHeader])) return Problems.NoToken;
        caller = new Caller(session.Key, session);
        context.Response.Headers.CacheControl = "no-store";
        return session.Key.Role >= needed ? null : Problems.RoleTooLow;
    }
}
