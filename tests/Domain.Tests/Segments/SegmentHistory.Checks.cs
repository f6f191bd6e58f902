using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

internal sealed partial class SegmentHistory
{
    private void CheckFlip(SegmentNode tree, NaiveEvaluator.Truth truth, bool holds, bool isLeaf, DateTimeOffset? flip)
    {
        Assert.True(flip is null || flip > now, $"{FilterWriter.Text(tree)} flips at {flip}, which is past");
        var from = NaiveEvaluator.Micros(now);
        var end = flip is { } at ? NaiveEvaluator.Micros(at) : from + NaiveEvaluator.Duration("4h");
        foreach (var instant in Interesting(from, end))
        {
            Assert.True(truth(person, instant) == holds, $"{FilterWriter.Text(tree)} flips {instant - from} µs from now, said was {flip - now}");
        }

        if (isLeaf && flip is not null) Assert.True(truth(person, end) != holds, $"{FilterWriter.Text(tree)} does not flip at {flip - Start}");
    }

    // Some instants from the first to before the end: both sides of an event's or a date's distance from now by some window, and the last one.
    private IEnumerable<long> Interesting(long from, long end)
    {
        if (end - 1 >= from) yield return end - 1;
        var times = person.Events.Select(e => NaiveEvaluator.Micros(e.Timestamp)).ToList();
        for (var i = 0; i < 4; i++)
        {
            var origin = times.Count > 0 && random.Next(3) > 0 ? times[random.Next(times.Count)] : NaiveEvaluator.Micros(Start.AddSeconds(random.Next(-120, 240)));
            var instant = origin + random.Next(0, 3) - 1 + NaiveEvaluator.Duration(filters.One("0s", "5s", "30s", "1m", "2m", "1h"));
            if (instant >= from && instant < end) yield return instant;
        }
    }

    // Each value now, and that none is another before the instant that is named.
    private void CheckTraits()
    {
        var values = catalog.Traits.Of(person.Windows, person, now);
        if (values.Undecided.Count > 0) values = catalog.Traits.Of(Replayed(catalog, person.Windows, values.Undecided), person, now);
        Assert.Empty(values.Undecided);
        Assert.Equal(traits.Keys.Order(StringComparer.Ordinal), values.Values.Select(each => each.Key));
        Assert.True(values.Until is null || values.Until > now);
        var from = NaiveEvaluator.Micros(now);
        var end = values.Until is { } until ? NaiveEvaluator.Micros(until) : from + NaiveEvaluator.Duration("4h");
        foreach (var (name, value) in values.Values)
        {
            var seen = value is { } json ? Encoding.UTF8.GetString(json.Span) : null;
            foreach (var instant in Interesting(from, end).Prepend(from))
            {
                var expected = person.Computed[name](person, instant)?.GetRawText();
                Assert.True(expected == seen, $"computed {name} is {seen}, should be {expected} {instant - from} µs from now");
            }
        }

        if (values.Until is not null)
            Assert.Contains(values.Values, each => (each.Value is { } json ? Encoding.UTF8.GetString(json.Span) : null) != person.Computed[each.Key](person, end)?.GetRawText());
    }

    private void CheckPreview(SegmentNode tree, bool holds, DateTimeOffset? flip)
    {
        if (random.Next(8) != 0) return;
        var preview = catalog.ForPreview(tree);
        Assert.False(preview.NeedsLog);
        Assert.Equal(holds, Matches(preview, person.Windows));
        var explained = preview.Explain(person, Replayed(preview.Catalog, person.Windows, preview.Undecided(person, person.Windows, now)), now);
        Assert.Equal(holds, explained.Holds);
        if (flip is not null) Assert.Equal(flip, explained.Until);
        if (tree is EventCondition condition) CheckEvidence(condition, explained);
        var fresh = SegmentCatalog.Compile(1, definitions, [.. traits.Values], ConditionNumbers.None.For(definitions.Select(each => each.Tree), traits.Values), itemsMax).ForPreview(tree);
        var windows = person.Entries.Aggregate(WindowSet.Empty(fresh.Catalog.HighestCondition), fresh.Catalog.Observe);
        Assert.Equal(holds, Matches(fresh, windows));
        var some = new KnownConditions(random.Next(fresh.Catalog.HighestCondition + 1), random.Next(fresh.Catalog.HighestCondition + 1));
        Assert.True(fresh.Segment.TryMatches(person, windows.Only(some.Includes), some, now) is not { } told || told == holds, $"Known are {some}.");

        bool Matches(SegmentPreview by, WindowSet held) =>
            by.Segment.Matches(person, Replayed(by.Catalog, held, by.Undecided(person, held, now)), now);
    }

    private void CheckEvidence(EventCondition condition, ExplainedNode explained)
    {
        var tally = new EventTally(condition, now, 100);
        var timeline = person.Entries
            .Where(entry => entry.Event.Name is { } name && (tally.Name is null || name == tally.Name))
            .Where(entry => entry.Event.Timestamp <= tally.To && (tally.From is null || entry.Event.Timestamp >= tally.From))
            .OrderByDescending(entry => (entry.Event.Timestamp, entry.Event.ReceivedAt, entry.Component, entry.Seq));
        foreach (var entry in timeline) tally.Add(new StoredEvent(new EventId(entry.Component, entry.Seq), entry.Event));
        var evidence = tally.Complete(isExact: true, explained);
        var says = condition.Aggregate switch
        {
            null => condition.Count.Holds(evidence.Count),
            { Function: AggregateFunction.Average } => explained.Holds,
            var aggregate => evidence.Value is { } value && new EventCount(aggregate.Operator, 0).Holds(value.CompareTo(aggregate.Value)),
        };
        Assert.True(says == explained.Holds, $"{FilterWriter.Text(condition)} is {explained.Holds}, its evidence {evidence.Count} events and {evidence.Value}");
        Assert.All(evidence.Followers, followers => Assert.NotEmpty(followers));
    }

    private void CheckWindows()
    {
        var components = person.Components.Select(component => component.Windows).ToArray();
        var combined = WindowSet.Combine(components);
        random.Shuffle(components);
        Assert.Equal(combined, WindowSet.Combine(components));
        if (components.Length > 2) Assert.Equal(combined, WindowSet.Combine(components[0], WindowSet.Combine(components[1..])));
        Assert.Equal(combined, WindowSetFormat.Read(WindowSetFormat.Write(combined)));
        var shuffled = person.Entries.ToArray();
        random.Shuffle(shuffled);
        var again = shuffled.Aggregate(WindowSet.Empty(catalog.HighestCondition), catalog.Observe);
        var expected = Evaluate(MembershipState.None, person.Windows, PersonChange.Everything).State;
        Assert.Equal(expected, Evaluate(MembershipState.None, again, PersonChange.Everything).State);
    }
}
