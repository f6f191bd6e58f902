using System.Text;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Finds the source of a call by its write key: <c>Authorization</c> (Basic user name with empty password, or Bearer), else Jitsu's
/// <c>X-Write-Key</c> (the key alone or as <c>anything:key</c>), else the beacon's query, else the body. A key in the header that is wrong is wrong, whatever the body says.
/// </summary>
internal sealed class SourceGate(IWriteKeys keys)
{
    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    /// <summary>The source by header or query; both null: the key can only be in the body.</summary>
    public (Source? Source, Problem? Problem) FindBeforeBody(HttpContext context, bool isKeyInQuery)
    {
        string? authorization = context.Request.Headers.Authorization;
        Span<char> decoded = stackalloc char[WriteKeys.LengthMax + 1];
        if (!TryKey(authorization, decoded, out var key)) return (null, Problems.Unauthorized);
        if (key.IsEmpty && context.Request.Headers.TryGetValue("X-Write-Key", out var named)) key = Secret(named.ToString());
        if (key.IsEmpty && isKeyInQuery) key = context.Request.Query["writeKey"].ToString();
        return key.IsEmpty ? (null, null) : Find(key, context);
    }

    /// <summary>The key that <see cref="FindBeforeBody"/> found in the header, or else in the query.</summary>
    public static string KeyOf(HttpRequest request)
    {
        Span<char> decoded = stackalloc char[WriteKeys.LengthMax + 1];
        return TryKey(request.Headers.Authorization, decoded, out var key) && !key.IsEmpty ? key.ToString() : request.Query["writeKey"].ToString();
    }

    /// <summary>The source by the body's <c>writeKey</c>.</summary>
    public (Source? Source, Problem? Problem) FindInBody(HttpContext context, ReadOnlySpan<byte> body) =>
        Find(EventReader.FindWriteKey(body), context);

    /// <summary>The source by the key itself. A page of an origin that the source does not serve is not shown the answer either.</summary>
    public (Source? Source, Problem? Problem) Find(ReadOnlySpan<char> key, HttpContext context)
    {
        if (!keys.TryFindSource(key, out var source)) return (null, Problems.Unauthorized);
        if (source.AllowedOrigins.Count == 0 || source.Allows(context.Request.Headers.Origin)) return (source, null);
        CrossOrigin.Withhold(context.Response);
        return (null, Problems.OriginNotAllowed);
    }

    // Jitsu's libraries refuse a key that is not of two parts.
    private static ReadOnlySpan<char> Secret(string key) => key.AsSpan(key.LastIndexOf(':') + 1).Trim();

    // False: there is a key and it can't be right. An empty key counts as none: some libraries send "Basic Og==".
    private static bool TryKey(string? authorization, Span<char> decoded, out ReadOnlySpan<char> key)
    {
        key = default;
        if (string.IsNullOrEmpty(authorization)) return true;
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) key = authorization.AsSpan(Bearer.Length).Trim();
        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return true;

        Span<byte> bytes = stackalloc byte[WriteKeys.LengthMax + 1];
        if (!Convert.TryFromBase64Chars(authorization.AsSpan(Basic.Length).Trim(), bytes, out var count)) return false;
        var text = decoded[..Encoding.UTF8.GetChars(bytes[..count], decoded)];
        var colon = text.IndexOf(':');
        if (colon >= 0 && colon != text.Length - 1) return false;
        key = colon < 0 ? text : text[..colon];
        return true;
    }
}
