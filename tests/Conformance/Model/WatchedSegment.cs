using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>A segment of every history: its definition as the API takes it, and the same said plainly over all of a person's events.</summary>
internal sealed record WatchedSegment(string Name, string Filter, Func<ReferencePerson, DateTimeOffset, bool> Holds)
{
    public static readonly IReadOnlyList<WatchedSegment> All =
    [
        new("pro", """{"field":"traits.plan","operator":"eq","value":"pro"}""", (person, _) => person.Traits.GetValueOrDefault("plan") == "\"pro\""),
        new("reachable", """{"and":[{"field":"email","operator":"exists"},{"field":"userId","operator":"not_exists"}]}""",
            (person, _) => person.Newest(IdentifierKind.Email) is not null && person.Newest(IdentifierKind.UserId) is null),
        new("ordered lately", """{"event":"Order","within":"1h"}""", (person, now) => person.Count("Order", now, TimeSpan.FromHours(1)) >= 1),
        new("ordered twice", """{"event":"Order","count":{"operator":"gte","value":2}}""", (person, now) => person.Count("Order", now) >= 2),
        new("busy", """{"event":"*","count":{"operator":"gte","value":3},"within":"30m"}""", (person, now) => person.Count(null, now, TimeSpan.FromMinutes(30)) >= 3),
        new("sleepy", """{"and":[{"event":"Open","count":{"operator":"lte","value":0},"within":"10m"},{"event":"Open"}]}""",
            (person, now) => person.Count("Open", now, TimeSpan.FromMinutes(10)) == 0 && person.Count("Open", now) >= 1),
        new("opened, small orders only", """{"and":[{"event":"Open"},{"event":"Order","within":"2h"},{"not":{"event":"Order","where":[{"property":"total","operator":"gte","value":50}],"within":"1d"}}]}""",
            (person, now) => person.Count("Open", now) >= 1 && person.Count("Order", now, TimeSpan.FromHours(2)) >= 1 && person.Count("Order", now, TimeSpan.FromDays(1), e => Total(e) >= 50) == 0),
        new("awake", """{"or":[{"event":"Open","within":"20m"},{"and":[{"field":"traits.plan","operator":"eq","value":"pro"},{"event":"Order","within":"40m"}]}]}""",
            (person, now) => person.Count("Open", now, TimeSpan.FromMinutes(20)) >= 1
                || (person.Traits.GetValueOrDefault("plan") == "\"pro\"" && person.Count("Order", now, TimeSpan.FromMinutes(40)) >= 1)),
        new("big order", """{"event":"Order","where":[{"property":"total","operator":"gte","value":50}],"within":"2h"}""",
            (person, now) => person.Count("Order", now, TimeSpan.FromHours(2), e => Total(e) >= 50) >= 1),
        new("spent", """{"event":"Order","within":"2h","aggregate":{"fn":"sum","property":"total","operator":"gte","value":100}}""",
            (person, now) => person.Events.Where(stored => IsOrder(stored.Event, now, TimeSpan.FromHours(2))).Sum(stored => Total(stored.Event)) >= 100),
        new("small", """{"event":"Order","aggregate":{"fn":"max","property":"total","operator":"lt","value":60}}""",
            (person, now) => person.Events.Where(stored => IsOrder(stored.Event, now, null)).Select(stored => Total(stored.Event)).DefaultIfEmpty(99).Max() < 60),
        new("various", """{"event":"*","between":{"from":"3h","to":"5m"},"aggregate":{"fn":"distinct","property":"total","operator":"gte","value":2}}""",
            (person, now) => person.Events
                .Where(stored => stored.Event.Name is not null && stored.Event.Timestamp <= now.AddMinutes(-5) && stored.Event.Timestamp >= now.AddHours(-3) && Total(stored.Event) >= 0)
                .Select(stored => Total(stored.Event)).Distinct().Count() >= 2),
        new("ordered after opening", """{"event":"Open","then":{"event":"Order","within":"1h"},"within":"1d"}""",
            (person, now) => person.Events.Index().Any(open => open.Item.Event.Name == "Open" && open.Item.Event.Timestamp >= now.AddDays(-1) && person.Events
                .Skip(open.Index + 1)
                .Any(order => IsOrder(order.Event, now, null) && order.Event.Timestamp - open.Item.Event.Timestamp <= TimeSpan.FromHours(1)))),
        new("ordered for 100", """{"field":"traits.spent_ever","operator":"gte","value":100}""", (person, now) => WatchedTrait.Totals(person, now, null).Sum() >= 100),
        new("two orders", """{"field":"traits.orders_2h","operator":"eq","value":2}""", (person, now) => person.Count("Order", now, TimeSpan.FromHours(2)) == 2),
        new("no small start", """{"not":{"field":"traits.first_of_90m","operator":"lt","value":50}}""",
            (person, now) => WatchedTrait.Totals(person, now, TimeSpan.FromMinutes(90)).FirstOrDefault(99) >= 50),
        new("advertised to", """{"and":[{"field":"consent.Ads","operator":"is_true"},{"field":"consent.Analytics","operator":"exists"}]}""",
            (person, _) => person.Consents.GetValueOrDefault("Ads").Granted && person.Consents.ContainsKey("Analytics")),
        new("many", """{"or":[{"field":"events.count","operator":"gte","value":5},{"field":"groups.size","operator":"gt","value":1}]}""",
            (person, _) => person.Events.Count >= 5 || person.Groups.Values.Any(traits => traits.TryGetValue("size", out var size) && size != "1")),
    ];

    public SegmentNode Definition
    {
        get
        {
            using var document = JsonDocument.Parse(Filter);
            return FilterReader.ReadTrusted(document.RootElement);
        }
    }

    // With a total, by now.
    private static bool IsOrder(Event e, DateTimeOffset now, TimeSpan? within) =>
        e.Name == "Order" && e.Timestamp <= now && (within is null || e.Timestamp >= now - within) && Total(e) >= 0;

    private static int Total(Event e)
    {
        using var document = JsonDocument.Parse(e.Properties);
        return document.RootElement.TryGetProperty("total", out var total) ? total.GetInt32() : -1;
    }
}
