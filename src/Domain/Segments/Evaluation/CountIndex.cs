using System.Collections.Frozen;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>The event conditions of a catalog by the event's name: an event meets only those that it can concern.</summary>
internal sealed class CountIndex
{
    private readonly FrozenDictionary<string, CompiledCount[]> byName;
    private readonly CompiledCount[] any;

    public CountIndex(IEnumerable<CompiledCount> counts)
    {
        var groups = counts.GroupBy(each => each.Event, StringComparer.Ordinal).ToDictionary(each => each.Key, each => each.ToArray());
        any = groups.GetValueOrDefault(EventCondition.AnyEvent, []);
        groups.Remove(EventCondition.AnyEvent);
        byName = groups.ToFrozenDictionary(StringComparer.Ordinal);
        Numbers = any.Concat(byName.Values.SelectMany(each => each)).Select(each => each.Number).ToFrozenSet();
    }

    public IReadOnlySet<int> Numbers { get; }

    /// <summary>Takes the event into the conditions above a number, as far as the windows know them.</summary>
    public WindowSet Observe(int afterNumber, WindowSet windows, Event e)
    {
        var isNamed = byName.TryGetValue(e.Name!, out var named);
        if (!isNamed && any.Length == 0) return windows;
        var properties = default(EventProperties);
        try
        {
            windows = Observe(named, afterNumber, windows, e, ref properties);
            return Observe(any, afterNumber, windows, e, ref properties);
        }
        finally
        {
            properties.Dispose();
        }
    }

    private static WindowSet Observe(CompiledCount[]? counts, int afterNumber, WindowSet windows, Event e, ref EventProperties properties)
    {
        foreach (var count in counts ?? [])
        {
            if (count.Number > afterNumber && count.Number <= windows.KnownThrough) windows = count.Observe(windows, e, ref properties);
        }

        return windows;
    }
}
