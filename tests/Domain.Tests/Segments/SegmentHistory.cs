using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>
/// One random life of a person under random definitions: events in time, late, out of order and ahead of the clock, traits, merges, undone
/// merges, new definitions, and a clock that likes the instants at which something flips. After each step all is compared.
/// </summary>
internal sealed class SegmentHistory
{
    private const int Steps = 14;

    private static readonly DateTimeOffset Start = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Random random;
    private readonly RandomFilters filters;
    private readonly StringBuilder story = new();
    private readonly SimulatedPerson person = new() { CreatedAt = Start };
    private readonly List<SimulatedComponent> apart = [];
    private readonly List<(SegmentId Id, SegmentNode Tree)> definitions = [];
    private readonly Dictionary<string, (NaiveEvaluator.Truth Truth, bool IsLeaf)> naive = [];
    private ConditionNumbers numbers = ConditionNumbers.None;
    private SegmentCatalog catalog = SegmentCatalog.Empty;
    private MembershipState state = MembershipState.None;
    private DateTimeOffset now = Start;
    private bool wasAhead;

    public SegmentHistory(int seed)
    {
        random = new Random(seed);
        filters = new RandomFilters(random, Start);
    }

    public string Story => story.ToString();

    public void Run()
    {
        for (var i = random.Next(1, 4); i > 0; i--) Define();
        person.Components.Add(new SimulatedComponent(catalog.HighestCondition));
        for (var step = 0; step < Steps; step++)
        {
            Advance();
            Step(Act());
        }

        CheckWindows();
    }

    private void Advance()
    {
        var due = state.Due;
        now = random.Next(6) switch
        {
            0 => now,
            1 when due is { } at && at < Start.AddHours(3) => at,
            2 when due is { } at && at < Start.AddHours(3) && at.AddMicroseconds(-1) > now => at.AddMicroseconds(-1),
            3 => now.AddMicroseconds(1),
            4 => now.AddMinutes(random.Next(3)),
            _ => now.AddSeconds(random.Next(20)),
        };
        story.Append(System.Globalization.CultureInfo.InvariantCulture, $"{now - Start} ");
    }

    private PersonChange Act()
    {
        switch (random.Next(16))
        {
            case 0:
                Define();
                return default;
            case 1:
                var key = filters.Path().Split('.')[0];
                var traits = SimulatedPerson.Json(filters.Properties());
                story.AppendLine($"trait {key} of {traits}");
                if (traits.TryGetProperty(key, out var value)) person.Traits[key] = value;
                else person.Traits.Remove(key);
                return new PersonChange { TraitKeys = [key] };
            case 2:
                var group = SimulatedPerson.Json(filters.Properties());
                story.AppendLine($"group {group}");
                person.Groups.Add(group.EnumerateObject().ToDictionary(each => each.Name, each => each.Value));
                return new PersonChange { Fields = PersonFields.Groups };
            case 3:
                story.AppendLine("identifiers");
                person.Email = filters.One("a", "ab", null);
                person.UserId = filters.One("a", "ab", null);
                person.AnonymousIds.Add(filters.One("a", "b", "ab"));
                return new PersonChange { Fields = PersonFields.Identifiers };
            case 4:
                story.AppendLine("merge or undo");
                if (person.Components.Count > 1 && random.Next(2) == 0)
                {
                    apart.Add(person.Components[^1]);
                    person.Components.RemoveAt(person.Components.Count - 1);
                }
                else
                {
                    var other = apart.Count > 0 ? apart[0] : new SimulatedComponent(catalog.HighestCondition);
                    apart.Remove(other);
                    person.Components.Insert(random.Next(person.Components.Count + 1), other);
                }

                return PersonChange.Everything;
            case 5:
                story.AppendLine("nothing");
                return default;
            case 6:
                story.AppendLine("identify");
                Arrive(SimulatedPerson.Call(null, Timestamp(), now));
                return PersonChange.Event(null);
            default:
                var names = Enumerable.Range(0, random.Next(1, 4)).Select(_ => filters.One("A", "A", "B", "C", "D")).ToArray();
                foreach (var name in names) Arrive(SimulatedPerson.Call(name, Timestamp(), now, filters.Properties(), filters.One(EventType.Track, EventType.Page, EventType.Screen)));
                return new PersonChange { Fields = PersonFields.OfAnyEvent, EventNames = names };
        }
    }

    private DateTimeOffset Timestamp() => random.Next(8) switch
    {
        0 => now,
        1 => now.AddSeconds(random.Next(1, 90)),
        2 => now.AddMinutes(-random.Next(120)),
        3 when person.Events.Any() => person.Events.Last().Timestamp,
        _ => now.AddSeconds(-random.Next(90)),
    };

    private void Arrive(Event e)
    {
        wasAhead |= e.Timestamp > e.ReceivedAt;
        story.AppendLine($"event {e.Name} at {e.Timestamp - Start} {Encoding.UTF8.GetString(e.Properties.Span)}");
        var component = person.Components[random.Next(person.Components.Count)];
        component.Events.Add(e);
        component.Windows = catalog.Observe(component.Windows, e);
    }

    // A new definition or a changed one; components learn its new conditions from their logs.
    private void Define()
    {
        var replaced = definitions.Count > 2 ? random.Next(definitions.Count) : -1;
        if (replaced >= 0) definitions.RemoveAt(replaced);
        var text = filters.Filter([.. naive.Keys]);
        story.AppendLine($"define {text}");
        var json = SimulatedPerson.Json(text);
        var tree = FilterReader.Read(json, out var error);
        Assert.True(tree is not null, $"{text} {error}");
        Assert.Equal(tree, FilterReader.Read(FilterWriter.ToElement(tree), out _));

        // Names are never given again, and refer to earlier ones only, so there is no cycle; removed ones are dangling.
        var id = new SegmentId(new Guid(random.Next(), (short)naive.Count, 0, new byte[8]));
        definitions.Add((id, tree));
        naive[id.ToString()] = (NaiveEvaluator.Of(json, other => definitions.Exists(each => each.Id.ToString() == other) ? naive[other].Truth : null), tree is EventCondition);
        numbers = numbers.For(definitions.Select(each => each.Tree));
        catalog = SegmentCatalog.Compile(catalog.Version + 1, definitions, numbers);
        foreach (var component in person.Components.Concat(apart))
        {
            var known = component.Windows.KnownThrough;
            var computed = WindowSet.Empty(catalog.HighestCondition);
            foreach (var e in component.Events) computed = catalog.ObserveFrom(known, computed, e);
            component.Windows = catalog.Extend(component.Windows, computed);
        }
    }

    private void Step(PersonChange change)
    {
        var before = state.Memberships.Select(each => each.Key).ToHashSet();
        var result = catalog.Evaluate(state, person, change, now);
        state = result.State;
        var micros = NaiveEvaluator.Micros(now);
        var flips = state.Flips.ToDictionary();
        foreach (var (id, tree) in definitions)
        {
            var (truth, isLeaf) = naive[id.ToString()];
            var holds = truth(person, micros);
            Assert.True(holds == state.Since(id) is not null, $"{FilterWriter.Text(tree)} should be {holds}");
            CheckFlip(tree, truth, holds, isLeaf, flips.TryGetValue(id, out var flip) ? flip : null);
            CheckPreview(tree, holds);
        }

        var after = state.Memberships.Select(each => each.Key).ToHashSet();
        Assert.Equal(after.Except(before).Order(), result.Entered);
        Assert.Equal(before.Except(after).Order(), result.Left);
        Assert.Equal(flips.Count == 0 ? null : flips.Values.Min(), result.Due);
    }

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

    private void CheckPreview(SegmentNode tree, bool holds)
    {
        if (random.Next(8) != 0) return;
        var preview = catalog.ForPreview(tree);
        Assert.False(preview.NeedsLog);
        Assert.Equal(holds, preview.Segment.Matches(person, now));
        var fresh = SegmentCatalog.Compile(1, definitions, ConditionNumbers.None.For(definitions.Select(each => each.Tree))).ForPreview(tree);
        var windows = person.Events.Aggregate(WindowSet.Empty(fresh.Catalog.HighestCondition), fresh.Catalog.Observe);
        Assert.Equal(holds, fresh.Segment.Matches(person, windows, now));
    }

    private void CheckWindows()
    {
        var components = person.Components.Select(component => component.Windows).ToArray();
        var combined = WindowSet.Combine(components);
        random.Shuffle(components);
        Assert.Equal(combined, WindowSet.Combine(components));
        Assert.Equal(combined, WindowSetFormat.Read(WindowSetFormat.Write(combined)));
        if (wasAhead) return;
        foreach (var component in person.Components)
        {
            var shuffled = component.Events.Select(e => e with { ReceivedAt = now }).ToArray();
            random.Shuffle(shuffled);
            var again = shuffled.Aggregate(WindowSet.Empty(catalog.HighestCondition), catalog.Observe);
            Assert.Equal(component.Windows, again);
        }
    }
}
