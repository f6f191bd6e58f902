using Microsoft.Extensions.Primitives;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Lets pages of any origin call the ingest edge and see its answers, errors included: a browser library that can't see a status
/// retries what can never succeed. Which origins a source serves is checked with its key, which a preflight does not carry: that is answered to all, and
/// the call itself is refused.
/// </summary>
internal static class CrossOrigin
{
    private const int ExtraHeadersMax = 16;
    private const string AllowedHeaders =
        "authorization, content-type, content-encoding, idempotency-key, x-retry-count, anonymousid, sentat, x-write-key, x-ip-policy, x-enable-debug";

    private static readonly StringValues Any = "*";
    private static readonly StringValues Exposed = "Retry-After";

    /// <summary>Sets what every answer carries.</summary>
    public static void Apply(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = Any;
        response.Headers.AccessControlExposeHeaders = Exposed;
    }

    /// <summary>Takes back what <see cref="Apply"/> set, so that the browser shows the answer to nobody.</summary>
    public static void Withhold(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = default;
        response.Headers.AccessControlExposeHeaders = default;
    }

    /// <summary>Answers a preflight; no key is asked for. RudderStack's <c>rsa-*</c> headers are allowed by the names it asks for.</summary>
    public static void Preflight(HttpContext context, string method)
    {
        var headers = context.Response.Headers;
        var extra = context.Request.Headers.AccessControlRequestHeaders.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(name => name.StartsWith("rsa-", StringComparison.OrdinalIgnoreCase) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            .Take(ExtraHeadersMax);
        headers.AccessControlAllowMethods = $"{method}, OPTIONS";
        headers.AccessControlAllowHeaders = string.Join(", ", extra.Prepend(AllowedHeaders));
        headers.AccessControlMaxAge = "7200";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
