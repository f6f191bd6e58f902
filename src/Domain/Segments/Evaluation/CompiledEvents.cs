using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>A condition whose truth rests on what windows keep of the events, for it and for others that ask about the same ones.</summary>
internal abstract class CompiledEvents(Keeping keeping) : CompiledNode
{
    /// <summary>Finds in the windows what is kept.</summary>
    public int Number => keeping.Number;

    /// <summary>How much is kept; at least what this condition needs.</summary>
    protected Keeping Keeping => keeping;

    /// <summary>The names of the events that it hears, <c>*</c> among them for any.</summary>
    public abstract IReadOnlyList<string> EventNames { get; }

    public bool Concerns(string eventName)
    {
        foreach (var name in EventNames)
        {
            if (name == EventCondition.AnyEvent || name == eventName) return true;
        }

        return false;
    }

    /// <summary>The condition's truth and its exact next flip. Undecided, it notes that in the moment, and what it answers means nothing.</summary>
    public sealed override bool Holds(in Moment moment, out long flip)
    {
        if (Judge(moment.Windows.Find(Number), moment.Now, out flip) is { } truth) return truth;
        if (moment.Undecided is not { } undecided) throw new InvalidOperationException($"Condition {Number} cannot be decided without the log.");
        if (!undecided.Contains(Number)) undecided.Add(Number);
        return false;
    }

    public sealed override bool? TryHolds(in Moment moment) => moment.Known.Includes(Number) ? Judge(moment.Windows.Find(Number), moment.Now, out _) : null;

    /// <summary>Whether the windows cannot tell.</summary>
    public bool IsUndecided(in Moment moment) => TryHolds(moment) is null;

    /// <summary>Whether somebody without any event satisfies it.</summary>
    public bool HoldsWithoutEvents => Judge(new WindowSet.Entry(Number, []), now: 0, out _) is true;

    /// <summary>How long the window is (microseconds), or a longer one that shares what is kept.</summary>
    public long Span => keeping.Reach == 0 ? long.MaxValue : keeping.Reach;

    /// <summary>
    /// What is kept, with the event taken in; null when it makes no difference. The event has one of the names. Keeps at most
    /// <paramref name="most"/> items.
    /// </summary>
    public abstract WindowSet.Entry? Observe(in WindowSet.Entry entry, EventEntry e, ref EventProperties properties, int most);

    /// <summary>Takes in any number of events without a bound, to judge at an instant or later.</summary>
    public abstract EventGathering Gather(long now);

    /// <summary>What the condition's events say at a moment, for an explanation.</summary>
    public abstract Measured Measure(in Moment moment);

    /// <summary>
    /// The truth and the first instant after now at which it is another, or null when what is kept cannot tell. Where something is missing,
    /// enough events from the floor on decide, and do so until the window has left the floor behind: so once it can tell, it can for all times
    /// after, as long as no event comes.
    /// </summary>
    protected abstract bool? Judge(in WindowSet.Entry entry, long now, out long flip);
}

/// <summary>A number of events, values or sequences in the window (at least so many: it may stop at what decides), and what an aggregate makes of them.</summary>
internal readonly record struct Measured(int Count, decimal? Value = null);

/// <summary>Collects the events of one condition in any order.</summary>
internal abstract class EventGathering
{
    public abstract void Add(EventEntry e, ref EventProperties properties);

    public abstract WindowSet.Entry Complete();
}

/// <summary>A condition that keeps items of one kind.</summary>
/// <param name="keeping">How much is kept.</param>
/// <param name="isForEver">Whether an event that has counted once always does.</param>
internal abstract class CompiledEvents<TItem>(Keeping keeping, bool isForEver) : CompiledEvents(keeping)
    where TItem : struct, IEventItem, IComparable<TItem>
{
    /// <summary>So far back (microseconds) an event can matter; null for ever.</summary>
    protected long? Reach => isForEver ? null : Keeping.Reach;

    public sealed override WindowSet.Entry? Observe(in WindowSet.Entry entry, EventEntry e, ref EventProperties properties, int most) =>
        Read(e, ref properties, out var item) ? Add(entry, item, e.Event.ReceivedAt.ToMicros(), most) : null;

    public sealed override EventGathering Gather(long now) => new Gathering(this, Reach is { } reach ? now - reach : long.MinValue);

    /// <summary>What the event is to the condition; false for nothing.</summary>
    protected abstract bool Read(EventEntry e, ref EventProperties properties, out TItem item);

    protected abstract WindowSet.Entry? Add(in WindowSet.Entry entry, TItem item, long arrival, int most);

    /// <summary>All that there is, ascending.</summary>
    protected abstract WindowSet.Entry Complete(TItem[] items);

    private sealed class Gathering(CompiledEvents<TItem> condition, long horizon) : EventGathering
    {
        private readonly List<TItem> items = [];

        public override void Add(EventEntry e, ref EventProperties properties)
        {
            if (condition.Read(e, ref properties, out var item) && item.Time >= horizon) items.Add(item);
        }

        public override WindowSet.Entry Complete()
        {
            items.Sort();
            return condition.Complete([.. items]);
        }
    }
}
