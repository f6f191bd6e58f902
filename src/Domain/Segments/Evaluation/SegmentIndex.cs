using System.Collections.Frozen;
using System.Numerics;

namespace CdpPipeline.Domain.Segments;

/// <summary>Which segments (by their place in the catalog) a change can affect. Costs nothing for those it cannot.</summary>
internal sealed class SegmentIndex
{
    private readonly FrozenDictionary<string, int[]> byEvent;
    private readonly FrozenDictionary<string, int[]> byTrait;
    private readonly int[] byAnyEvent;
    private readonly int[][] byField;

    // All fields that some segment reads.
    private readonly PersonFields read;

    public SegmentIndex(IReadOnlyList<CompiledSegment> segments)
    {
        byEvent = Invert(segments, each => each.EventNames);
        byTrait = Invert(segments, each => each.TraitKeys);
        byAnyEvent = byEvent.GetValueOrDefault(EventCondition.AnyEvent, []);
        foreach (var segment in segments) read |= segment.Dependencies.Fields;
        byField = new int[32 - BitOperations.LeadingZeroCount((uint)read)][];
        for (var bit = 0; bit < byField.Length; bit++)
        {
            var field = (PersonFields)(1 << bit);
            byField[bit] = [.. Enumerable.Range(0, segments.Count).Where(i => segments[i].Dependencies.Fields.HasFlag(field))];
        }
    }

    /// <summary>False: the change affects no segment.</summary>
    public bool Affects(in PersonChange change)
    {
        if ((change.Fields & read) != 0) return true;
        if (change.EventNames is { Count: > 0 } names)
        {
            if (byAnyEvent.Length > 0) return true;
            for (var i = 0; i < names.Count; i++)
            {
                if (byEvent.ContainsKey(names[i])) return true;
            }
        }

        if (change.TraitKeys is { } keys)
        {
            for (var i = 0; i < keys.Count; i++)
            {
                if (byTrait.ContainsKey(keys[i])) return true;
            }
        }

        return false;
    }

    /// <summary>Marks the segments that the change affects, one bit each.</summary>
    public void Mark(in PersonChange change, Span<ulong> marks)
    {
        for (var fields = (uint)(change.Fields & read); fields != 0; fields &= fields - 1)
        {
            Mark(byField[BitOperations.TrailingZeroCount(fields)], marks);
        }

        if (change.EventNames is { Count: > 0 } names)
        {
            Mark(byAnyEvent, marks);
            for (var i = 0; i < names.Count; i++)
            {
                if (byEvent.TryGetValue(names[i], out var segments)) Mark(segments, marks);
            }
        }

        if (change.TraitKeys is { } keys)
        {
            for (var i = 0; i < keys.Count; i++)
            {
                if (byTrait.TryGetValue(keys[i], out var segments)) Mark(segments, marks);
            }
        }
    }

    private static void Mark(int[] segments, Span<ulong> marks)
    {
        foreach (var segment in segments) marks[segment >> 6] |= 1UL << (segment & 63);
    }

    private static FrozenDictionary<string, int[]> Invert(IReadOnlyList<CompiledSegment> segments, Func<Dependencies, IEnumerable<string>> keys) =>
        Enumerable.Range(0, segments.Count)
            .SelectMany(i => keys(segments[i].Dependencies).Select(key => (Key: key, Segment: i)))
            .GroupBy(each => each.Key, each => each.Segment, StringComparer.Ordinal)
            .ToFrozenDictionary(each => each.Key, each => each.ToArray(), StringComparer.Ordinal);
}
