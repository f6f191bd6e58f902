namespace CdpPipeline.Domain.Ingest;

/// <summary>Why an event was refused for good. Sending it again changes nothing.</summary>
public enum Refusal : byte
{
    None = 0,

    /// <summary>The person already has as many identifiers as are kept.</summary>
    TooManyIdentifiers = 1,

    /// <summary>The person already has as many traits as are kept.</summary>
    TooManyTraits = 2,

    /// <summary>The person already belongs to as many groups as are kept.</summary>
    TooManyGroups = 3,

    /// <summary>As many categories of consent are kept of the person already.</summary>
    TooManyConsents = 4,
}
