namespace CdpPipeline.Silo.Feed;

/// <summary>What a node has to show to a watcher of another one, as it is to be sent, and how many it had no room for.</summary>
public sealed record FeedPart(IReadOnlyList<ReadOnlyMemory<byte>> Frames, long Missed);
