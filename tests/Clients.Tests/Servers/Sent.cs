namespace CdpPipeline.Clients.Tests.Servers;

/// <summary>A request with events, as it came to the <see cref="FaultyProxy"/>: its path, its events' messageIds, and what became of it.</summary>
internal sealed record Sent(string Path, IReadOnlyList<string> MessageIds, Fate Fate)
{
    public override string ToString() => $"{Fate} {Path} {MessageIds.Count}";
}
