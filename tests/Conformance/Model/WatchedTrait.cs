using System.Globalization;
using System.Text.Json;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>A computed trait of every history: its definition as the API takes it, and the same said plainly over all of a person's events.</summary>
internal sealed record WatchedTrait(string Name, string Computation, Func<ReferencePerson, DateTimeOffset, string?> Value)
{
    public static readonly IReadOnlyList<WatchedTrait> All =
    [
        new("orders_2h", """{"fn":"count","event":"Order","within":"2h"}""", (person, now) => Text(person.Count("Order", now, TimeSpan.FromHours(2)))),
        new("spent_ever", """{"fn":"sum","event":"Order","property":"total"}""", (person, now) => Text(Totals(person, now, null).Sum())),
        new("last_total", """{"fn":"last","event":"Order","property":"total"}""", (person, now) => Totals(person, now, null) is { Count: > 0 } all ? Text(all[^1]) : null),
        new("first_of_90m", """{"fn":"first","event":"Order","property":"total","within":"90m"}""",
            (person, now) => Totals(person, now, TimeSpan.FromMinutes(90)) is { Count: > 0 } all ? Text(all[0]) : null),
        new("favourite", """{"fn":"most_frequent","event":"Order","property":"total","within":"3h"}""",
            (person, now) => Enumerable.Reverse(Totals(person, now, TimeSpan.FromHours(3))).GroupBy(total => total).OrderByDescending(same => same.Count()).FirstOrDefault() is { } best ? Text(best.Key) : null),
        new("totals", """{"fn":"unique_list","event":"Order","property":"total","where":[{"property":"total","operator":"gte","value":50}]}""",
            (person, now) => $"[{string.Join(',', Enumerable.Reverse(Totals(person, now, null)).Where(total => total >= 50).Distinct().Select(Text))}]"),
    ];

    public ComputedTrait Definition
    {
        get
        {
            using var document = JsonDocument.Parse(Computation);
            return new ComputedTrait(Name, ComputedTraitReader.ReadTrusted(document.RootElement));
        }
    }

    /// <summary>The sent traits with the computed ones in their places, as JSON text.</summary>
    public static Dictionary<string, string> Over(ReferencePerson person, DateTimeOffset now)
    {
        var traits = new Dictionary<string, string>(person.Traits);
        foreach (var watched in All)
        {
            traits.Remove(watched.Name);
            if (watched.Value(person, now) is { } value) traits.Add(watched.Name, value);
        }

        return traits;
    }

    /// <summary>Oldest first.</summary>
    public static List<int> Totals(ReferencePerson person, DateTimeOffset now, TimeSpan? within) =>
    [
        .. person.Events
            .Where(stored => stored.Event.Name == "Order" && stored.Event.Timestamp <= now && (within is null || stored.Event.Timestamp >= now - within))
            .Select(stored => Total(stored.Event))
            .OfType<int>(),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int? Total(Event e)
    {
        using var document = JsonDocument.Parse(e.Properties);
        return document.RootElement.TryGetProperty("total", out var total) ? total.GetInt32() : null;
    }
}
