namespace CdpPipeline.Browser.Tests;

/// <summary>What becomes of a request at the <see cref="Gateway"/>.</summary>
public enum Fate
{
    /// <summary>The host answers it.</summary>
    Pass,

    /// <summary>The host never sees it: 503, readable for the page, with Retry-After if the gateway is given one.</summary>
    Unavailable,

    /// <summary>The host never sees it: a 503 that names no origin, so the page is told of a network error only.</summary>
    Unreadable,

    /// <summary>The host stores it, and the connection breaks before the page hears of it.</summary>
    AnswerLost,
}
