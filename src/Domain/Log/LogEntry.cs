using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Log;

/// <summary>
/// One entry of a component's log, numbered from 1 without gaps: either an event or a change. (component, seq) is
/// unique in the store, which fences off a second writer.
/// </summary>
public abstract record LogEntry
{
    private protected LogEntry(long component, long seq, DateTimeOffset at)
    {
        Component = component;
        Seq = seq;
        At = at;
    }

    public long Component { get; }

    public long Seq { get; }

    /// <summary>For an event the event time, for a change the time it was decided; see also <see cref="Expired"/>.</summary>
    public DateTimeOffset At { get; }
}

/// <summary>An accepted event.</summary>
public sealed record EventEntry : LogEntry
{
    public EventEntry(long component, long seq, Event @event)
        : base(component, seq, @event.Timestamp) => Event = @event;

    public Event Event { get; }

    /// <summary>Those of the event's identifiers that this component came to own by it.</summary>
    public IReadOnlyList<Identifier> Claimed { get; init; } = [];

    /// <summary>It is older than an event before it in the log, so log order is not time order here.</summary>
    public bool IsLate { get; init; }
}

/// <summary>A change of the identity graph, the mark of a turn, or what stands where an event was.</summary>
public sealed record ChangeEntry : LogEntry
{
    public ChangeEntry(long component, long seq, DateTimeOffset at, Change change)
        : base(component, seq, at) => Change = change;

    public Change Change { get; }
}
