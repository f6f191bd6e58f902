namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>A segment that the tests save, and by which they judge people themselves.</summary>
internal sealed record ExpectedSegment(string Name, string Filter, Func<ExpectedPerson, DateTimeOffset, bool> Holds)
{
    public static readonly IReadOnlyList<ExpectedSegment> AtFirst =
    [
        new("On pro", """{"field":"traits.plan","operator":"eq","value":"pro"}""", (person, _) => person.Plan == "pro"),
        new(
            "Three orders",
            """{"event":"Order Completed","count":{"operator":"gte","value":3}}""",
            (person, _) => person.Tracks("Order Completed").Count() >= 3),
        new(
            "Two large orders lately",
            """{"event":"Order Completed","where":[{"property":"total","operator":"gte","value":50}],"count":{"operator":"gte","value":2},"within":"30d"}""",
            (person, now) => person.Tracks("Order Completed").Count(call => call.Total >= 50 && call.Timestamp >= now.AddDays(-30) && call.Timestamp <= now) >= 2),
        new(
            "Pinged just now",
            """{"event":"Pinged","within":"1m"}""",
            (person, now) => person.Tracks("Pinged").Any(call => call.Timestamp >= now.AddMinutes(-1) && call.Timestamp <= now)),
        new(
            "Known and not viewing",
            """{"and":[{"field":"userId","operator":"exists"},{"not":{"event":"Viewed","within":"7d"}}]}""",
            (person, now) => person.HasUserId && !person.Tracks("Viewed").Any(call => call.Timestamp >= now.AddDays(-7) && call.Timestamp <= now)),
        .. SegmentsOfEveryKind.All,
    ];

    /// <summary>Saved while the load goes on, so that their backfills are interrupted too.</summary>
    public static readonly IReadOnlyList<ExpectedSegment> Later =
    [
        new("Busy", """{"field":"events.count","operator":"gte","value":12}""", (person, _) => person.Calls.Count >= 12),
        new(
            "Never clicked, or on team",
            """{"or":[{"event":"Clicked","count":{"operator":"lte","value":0}},{"field":"traits.plan","operator":"eq","value":"team"}]}""",
            (person, _) => person.Plan == "team" || !person.Tracks("Clicked").Any()),
        new(
            "One small order in six weeks",
            """{"event":"Order Completed","where":[{"property":"total","operator":"lt","value":50}],"count":{"operator":"eq","value":1},"within":"6w"}""",
            (person, now) => person.Tracks("Order Completed").Count(call => call.Total < 50 && call.Timestamp >= now.AddDays(-42) && call.Timestamp <= now) == 1),
    ];
}
