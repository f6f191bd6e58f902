namespace CdpPipeline.Client;

/// <summary>Events that the server will never have, by their messageIds, and why, in words for a log. It holds no properties or traits.</summary>
public sealed record LostEvents(IReadOnlyList<string> MessageIds, LossCause Cause, string Detail);
