using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>Says whether a value (canonical JSON; null for none) satisfies something at an instant, and from when on it is otherwise, if it stays.</summary>
internal delegate bool ValueJudge(string? value, long now, out long flip);

/// <summary>A computed trait: which events it takes in, and what its value is. It is no condition; where it can be decided it holds.</summary>
internal sealed class CompiledTrait(TraitComputation computation, Keeping keeping)
    : CompiledEvents<TraitItem>(keeping, EventWindow.Of(computation.Events).From is null)
{
    // So many items may be gone through to find a flip; beyond, an instant is named at which it may turn out that nothing has changed.
    private const int LookedAtMax = 16_384;

    private readonly TraitFunction function = computation.Function;
    private readonly PropertyPath? property = computation.Property;
    private readonly EventWindow window = EventWindow.Of(computation.Events);
    private readonly EventTest test = new(computation.Events.Event, computation.Events.Where);

    public override IReadOnlyList<string> EventNames { get; } = [computation.Events.Event];

    /// <summary>The value at a moment as canonical JSON, null for none. The windows must be able to tell.</summary>
    public string? ValueAt(in Moment moment)
    {
        var list = Of(moment.Windows.Find(Number));
        var (entered, gone) = Bounds(list, moment.Now);
        return TraitValues.Of(function, list.Settled, list.Items.AsSpan(gone..entered));
    }

    /// <summary>
    /// What a judge says of the value at a moment, and an instant after it strictly before which that stays the same if nothing but time passes.
    /// The windows must be able to tell.
    /// </summary>
    public bool Judge(in Moment moment, ValueJudge judge, out long flip)
    {
        var list = Of(moment.Windows.Find(Number));
        var (entered, gone) = Bounds(list, moment.Now);
        var items = list.Items;
        var value = TraitValues.Of(function, list.Settled, items.AsSpan(gone..entered));
        var holds = judge(value, moment.Now, out flip);
        for (var looks = Math.Max(1, LookedAtMax / (list.Settled.Length + items.Length + 1)); ; looks--)
        {
            var enter = entered < items.Length ? window.Enter(items[entered].Time) : FlipTime.Never;
            var exit = gone < items.Length ? window.Exit(items[gone].Time) : FlipTime.Never;
            var next = Math.Min(enter, exit);
            if (next == FlipTime.Never || flip < next) return holds;
            if (looks == 0)
            {
                flip = next;
                return holds;
            }

            while (entered < items.Length && window.Enter(items[entered].Time) == next) entered++;
            while (gone < items.Length && window.Exit(items[gone].Time) == next) gone++;
            value = TraitValues.Of(function, list.Settled, items.AsSpan(gone..entered));
            if (judge(value, next, out flip) == holds) continue;
            flip = next;
            return holds;
        }
    }

    public override Measured Measure(in Moment moment)
    {
        var (entered, gone) = Bounds(Of(moment.Windows.Find(Number)), moment.Now);
        return new Measured(entered - gone);
    }

    protected override bool? Judge(in WindowSet.Entry entry, long now, out long flip)
    {
        flip = FlipTime.Never;
        return window.IsAbove(Of(entry).Floor, now) ? true : null;
    }

    protected override bool Read(EventEntry e, ref EventProperties properties, out TraitItem item)
    {
        var time = e.Event.Timestamp.ToMicros();
        item = new TraitItem(time, time, 0, 0, 1, 0, null);
        if (!test.Holds(e.Event, ref properties, time)) return false;
        if (property is null) return true;
        if (properties.Find(e.Event, property) is not { } value) return false;
        return function switch
        {
            _ when function.IsOfAmounts() => Amount.Of(value) is { } amount && Take(item with { Amount = amount }, out item),
            _ when TraitValues.Scalar(value) is not { } scalar => false,
            TraitFunction.UniqueCount => Take(item with { Amount = (Int128)ValueHash.Of(value)!.Value }, out item),
            _ => Take(item with { ReceivedAt = e.Event.ReceivedAt.ToMicros(), Component = e.Component, Seq = e.Seq, Value = TraitValues.Scalar(value) }, out item),
        };
    }

    protected override WindowSet.Entry? Add(in WindowSet.Entry entry, TraitItem item, long arrival, int most)
    {
        most = function.IsOfValues() ? Math.Min(most, ComputedTraitLimits.TextItemsMax) : most;
        var list = window.From is { } from
            ? Of(entry).AddToWindow(item, function, arrival, from, window.To, most)
            : Of(entry).AddForEver(item, function, arrival, most);
        return list is null ? null : new WindowSet.Entry(Number, [], list);
    }

    protected override WindowSet.Entry Complete(TraitItem[] items) => new(Number, [], new TraitList([], items, EventList.NoFloor));

    private static bool Take(TraitItem taken, out TraitItem item)
    {
        item = taken;
        return true;
    }

    private static TraitList Of(in WindowSet.Entry entry) => (TraitList?)entry.List ?? TraitList.Empty;

    private (int Entered, int Gone) Bounds(TraitList list, long now) => (
        OrderedItems.CountBefore<TraitItem>(list.Items, now - window.To + 1),
        window.From is { } from ? OrderedItems.CountBefore<TraitItem>(list.Items, now - from) : 0);
}
