using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Events;

/// <summary>
/// One accepted call, parsed and normalised: what a client said about a person at a time. Immutable.
/// Times are UTC and whole microseconds.
/// </summary>
public sealed record Event
{
    public required EventType Type { get; init; }

    /// <summary>The event's name: a track's own, <c>Page Viewed</c>, <c>Screen Viewed</c>; null for identify, group and alias.</summary>
    public string? Name { get; init; }

    /// <summary>The identifiers it carried, at least one, distinct, highest priority first.</summary>
    public required IReadOnlyList<Identifier> Identifiers { get; init; }

    /// <summary>The client's own id of the call, or null: then every call is a new event.</summary>
    public string? MessageId { get; init; }

    /// <summary>When it happened, corrected for the client's clock.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>When it arrived here. Within a component it never decreases from one event to the next.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The source's name.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// A JSON object in UTF-8. Track, page, screen: the properties. Identify: the traits.
    /// Group: <c>{"groupId":…,"traits":{…}}</c>. Alias: <c>{"previousId":…}</c>.
    /// </summary>
    public required ReadOnlyMemory<byte> Properties { get; init; }

    /// <summary>A JSON object in UTF-8, or empty when the client sent none.</summary>
    public ReadOnlyMemory<byte> Context { get; init; }

    /// <summary>For alias: the identifier to be joined with the others, as the client spelt it.</summary>
    public string? PreviousId { get; init; }
}
