using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>The meaning of event conditions, spelt out over raw events. Slow, and written with other means than the code under test.</summary>
internal static class NaiveEvents
{
    private static readonly ConditionalWeakTable<Event, JsonDocument> Parsed = [];

    public static NaiveEvaluator.Truth Of(JsonElement node)
    {
        var counts = Counter(node);
        var steps = new List<(Func<Event, bool> IsMatch, long? Within)>();
        for (var step = node; step.TryGetProperty("then", out var then); step = then)
            steps.Add((Matcher(then), then.TryGetProperty("within", out var gap) ? NaiveEvaluator.Duration(gap.GetString()!) : null));
        if (node.TryGetProperty("aggregate", out var aggregate)) return (person, now) => Compares(aggregate, person.Events.Where(e => counts(e, now)));
        var (compare, number) = ("gte", 1);
        if (node.TryGetProperty("count", out var count)) (compare, number) = (count.GetProperty("operator").GetString()!, count.GetProperty("value").GetInt32());
        return (person, now) =>
        {
            var past = person.Entries.Where(entry => NaiveEvaluator.Micros(entry.Event.Timestamp) <= now).ToList();
            return NaiveEvaluator.Compare(compare, past.Count(entry => counts(entry.Event, now) && IsFollowed(entry, past, steps, 0)).CompareTo(number));
        };
    }

    /// <summary>Whether an event of that name and those properties counts at an instant.</summary>
    public static Func<Event, long, bool> Counter(JsonElement node)
    {
        var isMatch = Matcher(node);
        long? from = null;
        long to = 0;
        if (node.TryGetProperty("within", out var within)) from = NaiveEvaluator.Duration(within.GetString()!);
        if (node.TryGetProperty("between", out var between))
            (from, to) = (NaiveEvaluator.Duration(between.GetProperty("from").GetString()!), NaiveEvaluator.Duration(between.GetProperty("to").GetString()!));
        return (e, now) => NaiveEvaluator.Micros(e.Timestamp) is var at && at <= now - to && !(at < now - from) && isMatch(e);
    }

    public static JsonElement Properties(Event e) => Parsed.GetValue(e, one => JsonDocument.Parse(one.Properties)).RootElement;

    private static bool IsFollowed(EventEntry entry, List<EventEntry> past, List<(Func<Event, bool> IsMatch, long? Within)> steps, int done) =>
        done == steps.Count || past.Exists(next =>
            Place(next).CompareTo(Place(entry)) > 0
            && !(NaiveEvaluator.Micros(next.Event.Timestamp) - NaiveEvaluator.Micros(entry.Event.Timestamp) > steps[done].Within)
            && steps[done].IsMatch(next.Event)
            && IsFollowed(next, past, steps, done + 1));

    public static (DateTimeOffset, DateTimeOffset, long, long) Place(EventEntry entry) =>
        (entry.Event.Timestamp, entry.Event.ReceivedAt, entry.Component, entry.Seq);

    private static Func<Event, bool> Matcher(JsonElement node)
    {
        var name = node.GetProperty("event").GetString();
        var tests = node.TryGetProperty("where", out var where)
            ? where.EnumerateArray().Select(each => (Path: each.GetProperty("property").GetString()!, Condition: NaiveEvaluator.Condition(each))).ToArray()
            : [];
        return e =>
        {
            if (e.Name is null || (name != "*" && e.Name != name)) return false;
            if (tests.Length == 0) return true;
            return Array.TrueForAll(tests, each =>
                each.Condition(NaiveEvaluator.Find(Properties(e), each.Path) is { } found ? [found] : [], NaiveEvaluator.Micros(e.Timestamp)));
        };
    }

    private static bool Compares(JsonElement aggregate, IEnumerable<Event> events)
    {
        var path = aggregate.GetProperty("property").GetString()!;
        var values = events.Select(e => NaiveEvaluator.Find(Properties(e), path)).OfType<JsonElement>().ToList();
        var compare = aggregate.GetProperty("operator").GetString()!;
        var other = Billionths(aggregate.GetProperty("value").GetDecimal());
        var numbers = values
            .Where(value => value.ValueKind == JsonValueKind.Number && Math.Abs(value.GetDecimal()) <= 1e18m)
            .Select(value => Billionths(value.GetDecimal()))
            .ToList();
        switch (aggregate.GetProperty("fn").GetString())
        {
            case "sum": return NaiveEvaluator.Compare(compare, numbers.Aggregate(BigInteger.Zero, BigInteger.Add).CompareTo(other));
            case "avg": return numbers.Count > 0 && NaiveEvaluator.Compare(compare, numbers.Aggregate(BigInteger.Zero, BigInteger.Add).CompareTo(other * numbers.Count));
            case "min": return numbers.Count > 0 && NaiveEvaluator.Compare(compare, numbers.Min().CompareTo(other));
            case "max": return numbers.Count > 0 && NaiveEvaluator.Compare(compare, numbers.Max().CompareTo(other));
            default:
                var different = values.Select(value => value.ValueKind switch
                {
                    JsonValueKind.String => "s" + value.GetString(),
                    JsonValueKind.Number => value.GetDecimal().ToString("0.############################", CultureInfo.InvariantCulture),
                    JsonValueKind.True or JsonValueKind.False => value.ValueKind.ToString(),
                    _ => null,
                }).OfType<string>().Distinct().Count();
                return NaiveEvaluator.Compare(compare, different.CompareTo(aggregate.GetProperty("value").GetInt32()));
        }
    }

    // Rounded by hand, over the decimal's own digits.
    public static BigInteger Billionths(decimal value)
    {
        var bits = decimal.GetBits(value);
        var digits = (new BigInteger((uint)bits[2]) << 64) + (new BigInteger((uint)bits[1]) << 32) + (uint)bits[0];
        var unit = BigInteger.Pow(10, bits[3] >> 16 & 0xFF);
        var whole = BigInteger.DivRem(digits * 1_000_000_000, unit, out var rest);
        var half = (rest * 2).CompareTo(unit);
        if (half > 0 || (half == 0 && !whole.IsEven)) whole++;
        return bits[3] < 0 ? -whole : whole;
    }
}
