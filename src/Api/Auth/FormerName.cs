namespace CdpPipeline.Api.Auth;

/// <summary>A name that a source had, which the events that came meanwhile carry for good.</summary>
/// <param name="Name">As the events carry it.</param>
/// <param name="Until">When the source gave it up; whoever gave it up last decides about its events.</param>
public sealed record FormerName(string Name, DateTimeOffset Until);
