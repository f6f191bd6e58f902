namespace CdpPipeline.Domain.Events;

/// <summary>An event with its place in the log.</summary>
public sealed record StoredEvent(EventId Id, Event Event)
{
    /// <summary>The client's id, else one made from the event's own.</summary>
    public string MessageId => Event.MessageId ?? $"cdp-{Id}";
}
