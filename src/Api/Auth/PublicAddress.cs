using CdpPipeline.Api.Ingest;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Auth;

/// <summary>Under what address browsers reach this host: as the request says, or as <see cref="IngestOptions.PublicUrl"/> does.</summary>
public sealed class PublicAddress(IOptions<IngestOptions> options)
{
    private readonly Uri? url = options.Value.PublicUrl is { } text ? new Uri(text) : null;

    /// <summary>Whether the way from the browser is encrypted, be it only up to a proxy.</summary>
    public bool IsSecure(HttpRequest request) => request.IsHttps || url?.Scheme == Uri.UriSchemeHttps;

    /// <summary>False when a browser says that a page of somebody else sends the request. Programs say nothing.</summary>
    public bool IsOwnPage(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (string.IsNullOrEmpty(origin)) return true;
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && (IsSame(page.Authority, request.Host.Value) || (url is not null && IsSame(page.Authority, url.Authority)));
    }

    private static bool IsSame(string authority, string? other) => string.Equals(authority, other, StringComparison.OrdinalIgnoreCase);
}
