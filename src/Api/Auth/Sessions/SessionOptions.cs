namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>Sessions of browsers, section <c>Cdp:Session</c>. Validated at start.</summary>
public sealed class SessionOptions
{
    public const string Section = "Cdp:Session";

    /// <summary>How long after it was opened a session ends by itself, from a minute to 30 days. Default: 12 hours.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);
}
