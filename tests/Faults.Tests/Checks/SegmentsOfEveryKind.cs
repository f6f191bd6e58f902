using System.Globalization;
using CdpPipeline.Faults.Tests.Load;

namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>More segments to save: windows, ranges of ages, aggregates, sequences, fields, and combinations of them.</summary>
internal static class SegmentsOfEveryKind
{
    private static readonly string[] Names = ["Order Completed", "Viewed", "Clicked"];
    private static readonly TimeSpan Ever = TimeSpan.FromDays(10_000);

    public static IEnumerable<ExpectedSegment> All =>
        [.. Names.SelectMany(Counts), .. Aggregates(null), .. Aggregates(30), .. Sequences(), .. Fields(), .. Combinations()];

    private static IEnumerable<ExpectedSegment> Counts(string name) =>
    [
        new($"{name} in 30 days", $$"""{"event":"{{name}}","within":"30d"}""", (person, now) => person.Tracks(name).Any(call => IsIn(call, now, 30))),
        new($"No {name} in 6 days", $$$"""{"not":{"event":"{{{name}}}","within":"6d"}}""", (person, now) => !person.Tracks(name).Any(call => IsIn(call, now, 6))),
        new(
            $"{name} 6 to 55 days ago",
            $$$"""{"event":"{{{name}}}","between":{"from":"55d","to":"6d"}}""",
            (person, now) => person.Tracks(name).Any(call => IsIn(call, now, 55, 6))),
        new(
            $"Two {name}, 20 to 70 days ago",
            $$$"""{"event":"{{{name}}}","between":{"from":"70d","to":"20d"},"count":{"operator":"eq","value":2}}""",
            (person, now) => person.Tracks(name).Count(call => IsIn(call, now, 70, 20)) == 2),
    ];

    private static IEnumerable<ExpectedSegment> Aggregates(int? days) =>
    [
        Aggregate("sum", "gte", "150", days, totals => totals.Sum() >= 150),
        Aggregate("sum", "lt", "60", days, totals => totals.Sum() < 60),
        Aggregate("avg", "gt", "49.5", days, totals => totals.Count > 0 && totals.Sum() > 49.5m * totals.Count),
        Aggregate("min", "lte", "10", days, totals => totals.Count > 0 && totals.Min() <= 10),
        Aggregate("max", "eq", "97", days, totals => totals.Count > 0 && totals.Max() == 97),
        Aggregate("max", "lt", "80", days, totals => totals.Count > 0 && totals.Max() < 80),
        Aggregate("distinct", "gte", "3", days, totals => totals.Distinct().Count() >= 3),
    ];

    private static ExpectedSegment Aggregate(string function, string @operator, string value, int? days, Func<IReadOnlyList<int>, bool> holds)
    {
        var within = days is null ? "" : string.Create(CultureInfo.InvariantCulture, $",\"within\":\"{days}d\"");
        return new(
            $"Orders: {function} {@operator} {value}{within}".Replace("\"", "", StringComparison.Ordinal),
            $$$"""{"event":"Order Completed","aggregate":{"fn":"{{{function}}}","property":"total","operator":"{{{@operator}}}","value":{{{value}}}}{{{within}}}}""",
            (person, now) => holds([.. person.Tracks("Order Completed").Where(call => call.Timestamp <= now && (days is null || IsIn(call, now, days.Value))).Select(call => call.Total!.Value)]));
    }

    private static IEnumerable<ExpectedSegment> Sequences() =>
    [
        new(
            "Ordered within a day of viewing",
            """{"event":"Viewed","then":{"event":"Order Completed","within":"1d"}}""",
            (person, now) => Followed(person, now, Ever, ("Viewed", Ever), ("Order Completed", TimeSpan.FromDays(1))) >= 1),
        new(
            "Clicked twice within two days of an order, lately",
            """{"event":"Order Completed","within":"30d","count":{"operator":"gte","value":2},"then":{"event":"Clicked","within":"2d"}}""",
            (person, now) => Followed(person, now, TimeSpan.FromDays(30), ("Order Completed", Ever), ("Clicked", TimeSpan.FromDays(2))) >= 2),
        new(
            "Clicked, viewed, ordered",
            """{"event":"Clicked","then":{"event":"Viewed","within":"7d","then":{"event":"Order Completed"}}}""",
            (person, now) => Followed(person, now, Ever, ("Clicked", Ever), ("Viewed", TimeSpan.FromDays(7)), ("Order Completed", Ever)) >= 1),
        new(
            "Viewed and never clicked within an hour",
            """{"event":"Viewed","count":{"operator":"lte","value":0},"then":{"event":"Clicked","within":"1h"}}""",
            (person, now) => Followed(person, now, Ever, ("Viewed", Ever), ("Clicked", TimeSpan.FromHours(1))) == 0),
    ];

    private static IEnumerable<ExpectedSegment> Fields() =>
    [
        new("Paying", """{"field":"traits.plan","operator":"in","value":["pro","team"]}""", (person, _) => person.Plan is "pro" or "team"),
        new("No plan", """{"field":"traits.plan","operator":"not_exists"}""", (person, _) => person.Plan is null),
        new("Not free", """{"field":"traits.plan","operator":"neq","value":"free"}""", (person, _) => person.Plan != "free"),
        new("Known by a cookie", """{"field":"anonymousId","operator":"starts_with","value":"a-"}""", (person, _) => person.Identifiers.Any(identifier => identifier.StartsWith("anonymousId:a-", StringComparison.Ordinal))),
        new("Paged", """{"field":"pageViews","operator":"gte","value":1}""", (person, _) => person.PageViews >= 1),
        new("Seldom", """{"field":"events.count","operator":"lt","value":5}""", (person, _) => person.Calls.Count < 5),
        new("Seen since long", """{"field":"firstSeen","operator":"before","value":"-35d"}""", (person, now) => person.Calls.Min(call => call.Timestamp) < now.AddDays(-35)),
        new("Seen lately", """{"field":"lastSeen","operator":"within_last","value":"12h"}""", (person, now) => person.Calls.Max(call => call.Timestamp) >= now.AddHours(-12)),
        new("Has an email", """{"field":"email","operator":"ends_with","value":"@example.com"}""", (person, _) => person.Identifiers.Any(identifier => identifier.StartsWith("email:", StringComparison.Ordinal))),
    ];

    private static IEnumerable<ExpectedSegment> Combinations() =>
    [
        new(
            "Anything twelve times in 65 days",
            """{"event":"*","count":{"operator":"gte","value":12},"within":"65d"}""",
            (person, now) => person.Calls.Count(call => (call.EventName is not null || call.Type == "page") && IsIn(call, now, 65)) >= 12),
        new(
            "Spends and views, or pays and clicks",
            """
            {"or":[
              {"and":[{"event":"Order Completed","aggregate":{"fn":"sum","property":"total","operator":"gt","value":100},"within":"30d"},{"event":"Viewed","within":"30d"}]},
              {"and":[{"field":"traits.plan","operator":"eq","value":"pro"},{"event":"Clicked","count":{"operator":"gt","value":1}}]}]}
            """,
            (person, now) =>
                (person.Tracks("Order Completed").Where(call => IsIn(call, now, 30)).Sum(call => call.Total) > 100 && person.Tracks("Viewed").Any(call => IsIn(call, now, 30)))
                || (person.Plan == "pro" && person.Tracks("Clicked").Count() > 1)),
        new(
            "Came back",
            """{"and":[{"event":"Order Completed","between":{"from":"90d","to":"35d"}},{"not":{"event":"Order Completed","between":{"from":"35d","to":"20d"}}},{"event":"Order Completed","within":"20d"}]}""",
            (person, now) => Ages(person, now).Any(age => age is >= 35 and <= 90) && !Ages(person, now).Any(age => age is >= 20 and <= 35) && Ages(person, now).Any(age => age is >= 0 and <= 20)),
    ];

    private static IEnumerable<double> Ages(ExpectedPerson person, DateTimeOffset now) => person.Tracks("Order Completed").Select(call => (now - call.Timestamp).TotalDays);

    private static bool IsIn(Call call, DateTimeOffset now, int from, int to = 0) => call.Timestamp >= now.AddDays(-from) && call.Timestamp <= now.AddDays(-to);

    /// <summary>How many calls of the first name, not older than so, begin a chain of the others, each at most so long after the one before.</summary>
    private static int Followed(ExpectedPerson person, DateTimeOffset now, TimeSpan within, params (string Name, TimeSpan Gap)[] steps) =>
        person.Tracks(steps[0].Name).Count(call => call.Timestamp >= now - within && call.Timestamp <= now && Leads(person, now, call, steps, 1));

    private static bool Leads(ExpectedPerson person, DateTimeOffset now, Call from, (string Name, TimeSpan Gap)[] steps, int step) =>
        step == steps.Length
        || person.Tracks(steps[step].Name).Any(next => next.Timestamp > from.Timestamp && next.Timestamp <= now && next.Timestamp - from.Timestamp <= steps[step].Gap && Leads(person, now, next, steps, step + 1));
}
