namespace CdpPipeline.Browser.Tests;

/// <summary>
/// A request with events, as it went through the <see cref="Gateway"/>: how the browser made it (<c>Sec-Fetch-Mode</c>: <c>cors</c> for fetch,
/// <c>no-cors</c> for a beacon), the events' messageIds in order, when it came, and what became of it.
/// </summary>
internal sealed record Sent(string Mode, string ContentType, IReadOnlyList<string> MessageIds, long Timestamp, Fate Fate);
