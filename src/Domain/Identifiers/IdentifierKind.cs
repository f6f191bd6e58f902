namespace CdpPipeline.Domain.Identifiers;

/// <summary>The kinds of identifier, in order of priority: the smaller the number, the stronger the claim.</summary>
public enum IdentifierKind : byte
{
    UserId = 1,
    Email = 2,
    Phone = 3,
    AnonymousId = 4,
}
