namespace CdpPipeline.Domain.Segments;

/// <summary>A person at an instant (microseconds).</summary>
internal readonly record struct Moment(IPerson Person, WindowSet Windows, long Now)
{
    /// <summary>Receives the numbers of conditions that the windows cannot decide; null when all of them can be.</summary>
    public List<int>? Undecided { get; init; }

    /// <summary>The conditions that the windows know; by default all.</summary>
    public KnownConditions Known { get; init; } = KnownConditions.All;
}

/// <summary>A tree made ready to be evaluated. Immutable; equal conditions of a catalog are one instance.</summary>
internal abstract class CompiledNode
{
    /// <summary>
    /// The truth at the moment, and an instant after it strictly before which the truth stays the same if nothing but time passes.
    /// A single condition says exactly when it changes; a tree may name an instant at which it turns out not to.
    /// </summary>
    public abstract bool Holds(in Moment moment, out long flip);

    /// <summary>The truth at the moment; null while it hangs on conditions that the windows do not know or cannot decide.</summary>
    public abstract bool? TryHolds(in Moment moment);

    /// <summary>What one event more can do to the truth.</summary>
    public virtual EventTrend Trend => EventTrend.None;

    /// <summary>What the events that have come since the truth was last looked at can have done to it, as the moment shows them; at least <see cref="Trend"/>.</summary>
    public virtual EventTrend TrendAt(in Moment moment) => Trend;
}

/// <summary>True while all are. While one of them is false, the others do not matter.</summary>
internal sealed class CompiledAnd(CompiledNode[] nodes) : CompiledNode
{
    public IReadOnlyList<CompiledNode> Nodes => nodes;

    public override EventTrend Trend { get; } = EventTrends.OfGroup(nodes);

    public override bool Holds(in Moment moment, out long flip)
    {
        flip = FlipTime.Never;
        foreach (var node in nodes)
        {
            if (!node.Holds(moment, out var next))
            {
                flip = next;
                return false;
            }

            flip = Math.Min(flip, next);
        }

        return true;
    }

    public override bool? TryHolds(in Moment moment)
    {
        bool? all = true;
        foreach (var node in nodes)
        {
            var holds = node.TryHolds(moment);
            if (holds is false) return false;
            if (holds is null) all = null;
        }

        return all;
    }
}

/// <summary>True while one is. While one of them is true, the others do not matter.</summary>
internal sealed class CompiledOr(CompiledNode[] nodes) : CompiledNode
{
    public IReadOnlyList<CompiledNode> Nodes => nodes;

    public override EventTrend Trend { get; } = EventTrends.OfGroup(nodes);

    public override bool Holds(in Moment moment, out long flip)
    {
        flip = FlipTime.Never;
        foreach (var node in nodes)
        {
            if (node.Holds(moment, out var next))
            {
                flip = next;
                return true;
            }

            flip = Math.Min(flip, next);
        }

        return false;
    }

    public override bool? TryHolds(in Moment moment)
    {
        bool? any = false;
        foreach (var node in nodes)
        {
            var holds = node.TryHolds(moment);
            if (holds is true) return true;
            if (holds is null) any = null;
        }

        return any;
    }
}

/// <summary>True while it is not.</summary>
internal sealed class CompiledNot(CompiledNode node) : CompiledNode
{
    public CompiledNode Node => node;

    public override EventTrend Trend { get; } = EventTrends.Opposite(node.Trend);

    public override EventTrend TrendAt(in Moment moment) => EventTrends.Opposite(node.TrendAt(moment));

    public override bool Holds(in Moment moment, out long flip) => !node.Holds(moment, out flip);

    public override bool? TryHolds(in Moment moment) => !node.TryHolds(moment);
}
