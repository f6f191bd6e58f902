namespace CdpPipeline.Api.Auth;

/// <summary>Where events come from: a site, an app or a server with a write key of its own.</summary>
public sealed record Source(string Id, string Name)
{
    /// <summary>Web origins that may call with this source's key, e.g. <c>https://shop.example</c>. Empty: all.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>False for an <c>Origin</c> that the source does not list. Calls without an Origin come from servers and are allowed.</summary>
    public bool Allows(string? origin) =>
        Origins.Count == 0 || string.IsNullOrEmpty(origin) || Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
}
