using System.Text;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>
/// One random life of a person under random definitions: events in time, late, out of order, ahead of the clock and sent again, traits,
/// merges, undone merges, erasures, new definitions, and a clock that likes the instants at which something flips. After each step all is compared.
/// </summary>
internal sealed partial class SegmentHistory
{
    private const int Steps = 10;

    private static readonly DateTimeOffset Start = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Random random;
    private readonly RandomFilters filters;
    private readonly StringBuilder story = new();
    private readonly SimulatedPerson person = new() { CreatedAt = Start };
    private readonly List<SimulatedComponent> apart = [];
    private readonly RawLog raw = new();
    private readonly List<(Event Event, long To)> sent = [];
    private readonly HashSet<long> suppressed = [];
    private readonly List<(SegmentId Id, SegmentNode Tree)> definitions = [];
    private readonly Dictionary<string, ComputedTrait> traits = [];
    private readonly Dictionary<string, (NaiveEvaluator.Truth Truth, bool IsLeaf)> naive = [];
    private ConditionNumbers numbers = ConditionNumbers.None;
    private SegmentCatalog catalog = SegmentCatalog.Empty;
    private readonly int itemsMax;
    private MembershipState state = MembershipState.None;
    private DateTimeOffset now = Start;

    public SegmentHistory(int seed)
    {
        random = new Random(seed);
        filters = new RandomFilters(random, Start);
        itemsMax = filters.One(1, 2, 3, 5, SegmentLimits.ItemsMax);
    }

    public string Story => story.ToString();

    public void Run()
    {
        for (var i = random.Next(1, 4); i > 0; i--) Define();
        for (var i = random.Next(3); i > 0; i--) DefineTrait();
        person.Components.Add(NewComponent());
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
        switch (random.Next(20))
        {
            case 0:
                if (random.Next(3) == 0) DefineTrait();
                else Define();
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
                    var other = apart.Count > 0 ? apart[0] : NewComponent();
                    apart.Remove(other);
                    person.Components.Insert(random.Next(person.Components.Count + 1), other);
                }

                return PersonChange.Everything;
            case 5:
                story.AppendLine("nothing");
                return default;
            case 16:
                var (category, granted) = (filters.One("a", "ab"), random.Next(2) == 0);
                story.AppendLine($"consent to {category} {granted}");
                person.Consents[category] = granted;
                return new PersonChange { Fields = PersonFields.Consents };
            case 17 or 18 when sent.Count > 0:
                var (again, to) = sent[random.Next(sent.Count)];
                story.AppendLine("again");
                return Arrive(again with { ReceivedAt = now }, suppressed.Contains(to) ? to : null) ? PersonChange.Event(again.Name) : default;
            case 19:
                Erase(suppresses: random.Next(2) == 0);
                return PersonChange.Everything;
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
        Compile();
    }

    // A new computed trait, a changed one, or one fewer.
    private void DefineTrait()
    {
        var name = filters.Path().Split('.')[0];
        var text = filters.Computation();
        if (random.Next(4) == 0)
        {
            story.AppendLine($"no computed {name}");
            traits.Remove(name);
            person.Computed.Remove(name);
        }
        else
        {
            story.AppendLine($"computed {name} {text}");
            var json = SimulatedPerson.Json(text);
            var computation = ComputedTraitReader.Read(json, out var error);
            Assert.True(computation is not null, $"{text} {error}");
            Assert.Equal(computation, ComputedTraitReader.Read(SimulatedPerson.Json(computation.ToText()), out _));
            traits[name] = new ComputedTrait(name, computation);
            person.Computed[name] = NaiveTraits.Of(json);
        }

        Compile();
    }

    private void Compile()
    {
        numbers = numbers.For(definitions.Select(each => each.Tree), traits.Values);
        catalog = SegmentCatalog.Compile(catalog.Version + 1, definitions, [.. traits.Values], numbers, itemsMax);
        foreach (var component in person.Components.Concat(apart))
        {
            var known = component.Windows.KnownThrough;
            var computed = WindowSet.Empty(catalog.HighestCondition);
            foreach (var entry in component.Entries) computed = catalog.ObserveFrom(known, computed, entry);
            component.Windows = catalog.Extend(component.Windows, computed);
        }
    }

    // As the grain does it: what the windows cannot decide is computed from all events.
    private EvaluationResult Evaluate(MembershipState prior, WindowSet windows, PersonChange change)
    {
        var result = catalog.Evaluate(prior, person, windows, change, now);
        var asked = new HashSet<int>();
        while (result.Undecided.Count > 0)
        {
            Assert.True(itemsMax < SegmentLimits.ItemsMax);
            var before = asked.Count;
            asked.UnionWith(result.Undecided);
            Assert.True(asked.Count > before);
            result = catalog.Evaluate(prior, person, Replayed(catalog, windows, asked), change, now);
        }

        return result;
    }

    private WindowSet Replayed(SegmentCatalog by, WindowSet windows, IEnumerable<int> conditions)
    {
        var replay = by.Replay(conditions, now);
        foreach (var entry in person.Entries.Reverse()) replay.Add(entry);
        return replay.Over(windows);
    }

    private void Step(PersonChange change)
    {
        var before = state.Memberships.Select(each => each.Key).ToHashSet();
        var result = Evaluate(state, person.Windows, change);
        state = result.State;
        var fresh = Evaluate(MembershipState.None, person.Windows, PersonChange.Everything).State;
        Assert.Equal(raw.Left([.. person.Components.Select(component => component.Key)]).Order(), person.Entries.Select(entry => entry.Event.MessageId!).Order());
        var micros = NaiveEvaluator.Micros(now);
        var (flips, exact) = (state.Flips.ToDictionary(), fresh.Flips.ToDictionary());
        foreach (var (id, tree) in definitions)
        {
            var (truth, isLeaf) = naive[id.ToString()];
            var holds = truth(person, micros);
            Assert.True(holds == state.Since(id) is not null, $"{FilterWriter.Text(tree)} should be {holds}");
            Assert.True(holds == fresh.Since(id) is not null, $"{FilterWriter.Text(tree)} should be {holds} from the start");
            DateTimeOffset? flip = exact.TryGetValue(id, out var at) ? at : null;
            CheckFlip(tree, truth, holds, isLeaf, flip);
            CheckFlip(tree, truth, holds, isLeaf: false, flips.TryGetValue(id, out at) ? at : null);
            if (isLeaf) Assert.True(flip is null || flips.GetValueOrDefault(id, DateTimeOffset.MaxValue) <= flip, $"{FilterWriter.Text(tree)} is woken at {(flips.TryGetValue(id, out var woken) ? woken : null) - now}, flips at {flip - now}");
            Assert.True(!flips.TryGetValue(id, out var stored) || stored > now, $"{FilterWriter.Text(tree)} is woken at a time that is past");
            CheckPreview(tree, holds, isLeaf ? flip : null);
        }

        CheckTraits();
        var after = state.Memberships.Select(each => each.Key).ToHashSet();
        Assert.Equal(after.Except(before).Order(), result.Entered);
        Assert.Equal(before.Except(after).Order(), result.Left);
        Assert.Equal(flips.Count == 0 ? null : flips.Values.Min(), result.Due);
    }
}
