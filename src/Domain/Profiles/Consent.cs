namespace CdpPipeline.Domain.Profiles;

/// <summary>The newest word on one category of consent, with its event time and arrival (µs), so that a late event never overrides a newer one.</summary>
public sealed record Consent(bool Granted, long At, long ReceivedAt)
{
    /// <summary>Last writer by event time; ties by arrival, and then the later caller wins.</summary>
    public bool Yields(Consent to) => (to.At, to.ReceivedAt).CompareTo((At, ReceivedAt)) >= 0;
}
