namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// One trait's newest word: a JSON value in UTF-8, or nothing where the newest word removed it. Kept with its event time and
/// arrival (µs), so that a late event never overrides a newer one, not even a removal.
/// </summary>
public sealed record Trait(ReadOnlyMemory<byte> Json, long At, long ReceivedAt)
{
    public bool IsPresent => !Json.IsEmpty;

    /// <summary>Last writer by event time; ties by arrival, and then the later caller wins.</summary>
    public bool Yields(Trait to) => (to.At, to.ReceivedAt).CompareTo((At, ReceivedAt)) >= 0;
}
