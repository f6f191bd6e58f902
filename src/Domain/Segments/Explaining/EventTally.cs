using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Collects the evidence for an event condition at an instant from a person's timeline, which is read newest first, by name and between two
/// times. Judges events by what the evaluator judges them by. Pure.
/// </summary>
public sealed class EventTally
{
    private readonly EventCondition condition;
    private readonly EventWindow window;
    private readonly long now;
    private readonly int shownMax;
    private readonly AggregateTally? aggregate;
    private readonly SequenceTally? sequence;
    private readonly EventTest test;
    private readonly List<StoredEvent> newest = [];
    private int count;

    /// <summary>Shows at most so many events.</summary>
    public EventTally(EventCondition condition, DateTimeOffset now, int shownMax)
    {
        this.condition = condition;
        this.now = now.ToMicros();
        window = EventWindow.Of(condition);
        test = new EventTest(condition.Event, condition.Where);
        if (condition.Aggregate is { } asked) aggregate = new AggregateTally(asked, shownMax);
        if (condition.Then is not null) sequence = new SequenceTally(condition);
        this.shownMax = Math.Clamp(condition.Count.Deciding, 1, shownMax);
    }

    /// <summary>The oldest time of an event that matters; null for any.</summary>
    public DateTimeOffset? From => window.From is { } from ? Instants.FromMicros(now - from) : null;

    /// <summary>The newest time of an event that matters.</summary>
    public DateTimeOffset To => Instants.FromMicros(sequence is null ? now - window.To : now);

    /// <summary>The only name that matters; null when there are several.</summary>
    public string? Name
    {
        get
        {
            for (var step = condition.Then; step is not null; step = step.Then)
            {
                if (step.Event != condition.Event) return null;
            }

            return condition.Event == EventCondition.AnyEvent ? null : condition.Event;
        }
    }

    /// <summary>One event, older than all before.</summary>
    public void Add(StoredEvent stored)
    {
        var properties = default(EventProperties);
        try
        {
            if (sequence is not null) sequence.Add(stored, ref properties);
            else if (test.IsNamed(stored.Event.Name) && test.Holds(stored.Event, ref properties, stored.Event.Timestamp.ToMicros())) Count(stored, ref properties);
        }
        finally
        {
            properties.Dispose();
        }
    }

    /// <summary>What was found, with what the evaluator says where not all was read.</summary>
    public EventEvidence Complete(bool isExact, ExplainedNode node)
    {
        var found = sequence?.Complete(window, now, shownMax)
            ?? aggregate?.Complete()
            ?? new EventEvidence(count, IsExact: true, newest);
        return isExact ? found : found with { Count = Math.Max(found.Count, node.Counted), IsExact = false, Value = node.Value };
    }

    private void Count(StoredEvent stored, ref EventProperties properties)
    {
        if (aggregate is not null)
        {
            aggregate.Add(stored, properties.Of(stored.Event));
            return;
        }

        count++;
        if (newest.Count < shownMax) newest.Add(stored);
    }
}
