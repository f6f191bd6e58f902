namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>The cookie that a session lies in: for this host and <c>/api</c> alone, out of scripts' reach, never sent along by other sites' pages.</summary>
internal static class SessionCookie
{
    public const string Name = "cdp_session";

    /// <summary>The header in which a page shows the session's CSRF token.</summary>
    public const string TokenHeader = "X-CSRF-Token";

    private const string Path = "/api";

    /// <summary>Whether the request brings one, good or not.</summary>
    public static bool IsIn(HttpRequest request) => request.Cookies.ContainsKey(Name);

    public static void Set(HttpResponse response, string token, TimeSpan lifetime, bool isSecure) => response.Cookies.Append(Name, token, Options(isSecure, lifetime));

    public static void Clear(HttpResponse response, bool isSecure) => response.Cookies.Delete(Name, Options(isSecure, null));

    private static CookieOptions Options(bool isSecure, TimeSpan? lifetime) =>
        new() { Path = Path, HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = isSecure, MaxAge = lifetime };
}
