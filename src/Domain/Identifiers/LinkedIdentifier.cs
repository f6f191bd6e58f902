namespace CdpPipeline.Domain.Identifiers;

/// <summary>An identifier that a component owns, the event time at which it was first seen, and the event that linked it.</summary>
public sealed record LinkedIdentifier(Identifier Identifier, DateTimeOffset FirstSeen, long Seq);
