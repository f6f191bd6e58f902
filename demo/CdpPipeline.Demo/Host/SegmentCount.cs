namespace CdpPipeline.Demo.Host;

/// <summary>
/// One of the demo's segments and how many people the host says are in it, beside how many the file alone makes: other people in the host
/// come on top.
/// </summary>
internal sealed record SegmentCount(string Id, string Name, long ByTheFile, long MemberCount);
