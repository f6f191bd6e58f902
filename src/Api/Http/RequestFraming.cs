using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Http;

/// <summary>
/// Refuses a request that says twice how long it is. RFC 9112 lets a server believe Transfer-Encoding and drop Content-Length, and says that it ought to
/// be treated as an attack: a proxy in front may have believed the other one, and what it took for a body would be the next request here.
/// </summary>
internal static class RequestFraming
{
    public static readonly Problem Ambiguous = new(400, "bad-request", "The request could not be read") { Detail = "It has both Content-Length and Transfer-Encoding." };

    // The web server moves the one it does not believe to this name.
    private const string DroppedLength = "X-Content-Length";

    public static bool IsAmbiguous(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey(DroppedLength));
}
