using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests;

/// <summary>What most tests begin with.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly ComponentFold Fold = new(new ProfileRules());

    public static IdentityId Id(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public static Identifier User(string value) => new(IdentifierKind.UserId, value);

    public static Identifier Email(string value) => new(IdentifierKind.Email, value);

    public static Identifier Phone(string value) => new(IdentifierKind.Phone, value);

    public static Identifier Anonymous(string value) => new(IdentifierKind.AnonymousId, value);

    /// <summary>A track call at so many seconds after noon that arrived at once.</summary>
    public static Event Track(string name, int second, params Identifier[] identifiers) => new()
    {
        Type = EventType.Track,
        Name = name,
        Identifiers = identifiers,
        Timestamp = Noon.AddSeconds(second),
        ReceivedAt = Noon.AddSeconds(second),
        Source = "test",
        Properties = Json("{}"),
    };

    public static Event Identify(string traits, int second, params Identifier[] identifiers) =>
        Track("", second, identifiers) with { Type = EventType.Identify, Name = null, Properties = Json(traits) };

    public static Event Group(string groupId, string traits, int second, params Identifier[] identifiers) =>
        Track("", second, identifiers) with { Type = EventType.Group, Name = null, Properties = Json($$"""{"groupId":"{{groupId}}","traits":{{traits}}}""") };

    public static ReadOnlyMemory<byte> Json(string json) => Encoding.UTF8.GetBytes(json);

    public static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    public static Component Component(int number) => new(number, Id(number), Noon);

    /// <summary>The component after these events; it comes to own every identifier they carry.</summary>
    public static Component After(this Component component, params IEnumerable<Event> events)
    {
        foreach (var e in events)
        {
            var claimed = e.Identifiers.Where(identifier => !component.Owns(identifier)).ToList();
            component = component.After(new EventEntry(component.Key, component.Seq + 1, e) { Claimed = claimed });
        }

        return component;
    }

    public static Component After(this Component component, LogEntry entry) => Fold.Apply(component, entry, SegmentCatalog.Empty);

    public static Component After(this Component component, Change change, int second = 0) =>
        component.After(new ChangeEntry(component.Key, component.Seq + 1, Noon.AddSeconds(second), change));

    public static IdentityFacts Facts(int number, string? userId = null, int createdSecond = 0, params int[] keptApart) =>
        new(Id(number), userId, Noon.AddSeconds(createdSecond), [Id(number)], [.. keptApart.Select(Id)]);

    /// <summary>An event of random type, time and content, with at least one of the identifiers.</summary>
    public static Event Event(this Random random, params Identifier[] among)
    {
        var carried = among.Where(_ => random.Next(2) == 0).DefaultIfEmpty(among[0]).Order().ToArray();
        var second = random.Next(20);
        var e = random.Next(4) switch
        {
            0 => Identify(random.Traits(), second, carried),
            1 => Group($"g{random.Next(2)}", random.Traits(), second, carried),
            2 => Track("Page Viewed", second, carried) with { Type = EventType.Page },
            _ => Track(random.Next(2) == 0 ? "Upgraded Plan" : "Order", second, carried),
        };
        return e with { ReceivedAt = Noon.AddMinutes(1 + random.Next(3)) };
    }

    public static string Traits(this Random random) => random.Next(4) switch
    {
        0 => $$"""{"plan":"{{random.Next(3)}}"}""",
        1 => """{"plan":null}""",
        2 => $$"""{"age":{{random.Next(3)}},"plan":"x"}""",
        _ => """{"age":null,"tags":["a",{"b":null}]}""",
    };
}
