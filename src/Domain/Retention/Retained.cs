namespace CdpPipeline.Domain.Retention;

/// <summary>Whether an event stays in its log.</summary>
public enum Retained : byte
{
    /// <summary>Nobody asks for it to go.</summary>
    Always = 1,

    /// <summary>It is not too old yet.</summary>
    Yet = 2,

    /// <summary>It is too old, and the last word on a category of consent.</summary>
    ForConsent = 3,

    /// <summary>It is to go.</summary>
    NoLonger = 4,
}
