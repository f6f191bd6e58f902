using System.Collections.Frozen;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>The event conditions of a catalog by the event's name: an event meets only those that it can concern.</summary>
internal sealed class EventIndex
{
    [ThreadStatic]
    private static List<WindowSet.Entry>? changes;

    private readonly FrozenDictionary<string, CompiledEvents[]> byName;
    private readonly CompiledEvents[] any;
    private readonly int itemsMax;

    public EventIndex(IReadOnlyCollection<CompiledEvents> all, int itemsMax)
    {
        this.itemsMax = itemsMax;

        // Of those that share what is kept, any one takes the events in.
        CompiledEvents[] conditions = [.. all.DistinctBy(each => each.Number).OrderBy(each => each.Number)];
        any = [.. conditions.Where(each => each.EventNames.Contains(EventCondition.AnyEvent))];
        byName = conditions.Except(any)
            .SelectMany(each => each.EventNames.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Condition: each)))
            .GroupBy(each => each.Name, each => each.Condition, StringComparer.Ordinal)
            .ToFrozenDictionary(each => each.Key, each => each.ToArray(), StringComparer.Ordinal);
        Conditions = conditions.ToFrozenDictionary(each => each.Number);
    }

    /// <summary>One for each number.</summary>
    public FrozenDictionary<int, CompiledEvents> Conditions { get; }

    /// <summary>Takes the event into the conditions above a number, as far as the windows know them.</summary>
    public WindowSet Observe(int afterNumber, WindowSet windows, EventEntry e)
    {
        var isNamed = byName.TryGetValue(e.Event.Name!, out var named);
        if (!isNamed && any.Length == 0) return windows;
        var changed = changes ??= [];
        var properties = default(EventProperties);
        try
        {
            if (isNamed) Observe(named!, afterNumber, windows, e, ref properties, changed);
            var first = changed.Count;
            Observe(any, afterNumber, windows, e, ref properties, changed);
            if (changed.Count == 0) return windows;
            if (first > 0 && changed.Count > first) changed.Sort(static (a, b) => a.Condition.CompareTo(b.Condition));
            return windows.With(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(changed));
        }
        finally
        {
            properties.Dispose();
            changed.Clear();
        }
    }

    private void Observe(CompiledEvents[] conditions, int afterNumber, WindowSet windows, EventEntry e, ref EventProperties properties, List<WindowSet.Entry> changed)
    {
        foreach (var condition in conditions)
        {
            var number = condition.Number;
            if (number <= afterNumber || number > windows.KnownThrough) continue;
            if (condition.Observe(windows.Find(number), e, ref properties, itemsMax) is { } entry) changed.Add(entry);
        }
    }
}
