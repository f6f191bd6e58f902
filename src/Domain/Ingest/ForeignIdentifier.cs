using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Ingest;

/// <summary>An identifier that stays with its owner although an event names it beside somebody else's.</summary>
public readonly record struct ForeignIdentifier(Identifier Identifier, IdentityId Owner);
