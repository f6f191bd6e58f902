using CdpPipeline.Api.Auth;
using Microsoft.Extensions.Primitives;

namespace CdpPipeline.Api.Http;

/// <summary>
/// What every answer tells browsers: to take it for what its type says and for nothing else, to run and frame nothing of it, to send no address on, and,
/// where the way is encrypted, to come back by no other.
/// </summary>
internal static class SecurityHeaders
{
    private static readonly StringValues Policy = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues Strict = "max-age=31536000";

    public static void Apply(HttpContext context, PublicAddress address)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        if (address.IsSecure(context.Request)) headers.StrictTransportSecurity = Strict;
    }
}
