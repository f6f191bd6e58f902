namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>
/// The computed traits of a person at an instant: by name, as JSON in UTF-8, null where there is no value. They stay what they are until
/// <paramref name="Until"/> if nothing but time passes; null for good.
/// </summary>
public sealed record ComputedValues(IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>?>> Values, DateTimeOffset? Until)
{
    public static readonly ComputedValues None = new([], null);

    /// <summary>
    /// Traits, by number, that the windows could not decide. When there are any, nothing else here means anything: they must be computed by
    /// <see cref="Segments.SegmentCatalog.Replay"/>.
    /// </summary>
    public IReadOnlyList<int> Undecided { get; init; } = [];
}
