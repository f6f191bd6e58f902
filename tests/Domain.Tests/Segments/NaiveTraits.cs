using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>The meaning of computed traits, spelt out over raw events. Slow, and written with other means than the code under test.</summary>
internal static class NaiveTraits
{
    /// <summary>The value at an instant; null for none.</summary>
    public static Func<SimulatedPerson, long, JsonElement?> Of(JsonElement definition)
    {
        var counts = NaiveEvents.Counter(definition);
        var function = definition.GetProperty("fn").GetString()!;
        return (person, now) =>
        {
            var events = person.Entries.Where(entry => counts(entry.Event, now)).OrderBy(NaiveEvents.Place).ToList();
            var text = function == "count" ? $"{events.Count}" : Value(function, events, definition.GetProperty("property").GetString()!);
            return text is null ? null : SimulatedPerson.Json(text);
        };
    }

    private static string? Value(string function, List<EventEntry> events, string path)
    {
        var found = events.Select(entry => NaiveEvaluator.Find(NaiveEvents.Properties(entry.Event), path)).OfType<JsonElement>().ToList();
        var numbers = found
            .Where(value => value.ValueKind == JsonValueKind.Number && Math.Abs(value.GetDecimal()) <= 1e18m)
            .Select(value => NaiveEvents.Billionths(value.GetDecimal()))
            .ToList();
        var sum = numbers.Aggregate(BigInteger.Zero, BigInteger.Add);
        var values = found.Select(Scalar).OfType<string>().ToList();
        var newestFirst = Enumerable.Reverse(values).ToList();
        return function switch
        {
            "sum" => Text(sum),
            "avg" => numbers.Count == 0 ? null : Text(Average(sum, numbers.Count)),
            "min" => numbers.Count == 0 ? null : Text(numbers.Min()),
            "max" => numbers.Count == 0 ? null : Text(numbers.Max()),
            "first" => values.FirstOrDefault(),
            "last" => values.LastOrDefault(),

            // Groups come in the order of their first members, and a stable sort leaves them so.
            "most_frequent" => newestFirst.GroupBy(value => value).OrderByDescending(group => group.Count()).FirstOrDefault()?.Key,
            "unique_list" => $"[{string.Join(',', newestFirst.Distinct().Take(100))}]",
            _ => $"{values.Distinct().Count()}",
        };
    }

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString()!.Length <= 256 => value.GetRawText(),
        JsonValueKind.Number => value.GetDecimal().ToString("0.############################", CultureInfo.InvariantCulture),
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    // Billionths; the middle to even.
    private static BigInteger Average(BigInteger sum, int number)
    {
        var floor = BigInteger.DivRem(sum, number, out var rest);
        if (rest < 0) (floor, rest) = (floor - 1, rest + number);
        var isUp = (rest * 2) > number || ((rest * 2) == number && !floor.IsEven);
        return isUp ? floor + 1 : floor;
    }

    private static string Text(BigInteger billionths) => ((decimal)billionths / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);
}
