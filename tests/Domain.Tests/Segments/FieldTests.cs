using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class FieldTests
{
    private static readonly SimulatedPerson Ann = Make();

    [Theory]
    [InlineData("""{"field":"email","operator":"ends_with","value":"@x.com"}""", true)]
    [InlineData("""{"field":"email","operator":"eq","value":"ANN@x.com"}""", false)]
    [InlineData("""{"field":"userId","operator":"in","value":["7","8"]}""", true)]
    [InlineData("""{"field":"phone","operator":"not_exists"}""", true)]
    [InlineData("""{"field":"phone","operator":"neq","value":"1"}""", true)]
    [InlineData("""{"field":"anonymousId","operator":"eq","value":"a2"}""", true)]
    [InlineData("""{"field":"anonymousId","operator":"neq","value":"a2"}""", false)]
    [InlineData("""{"field":"anonymousId","operator":"not_in","value":["a3"]}""", true)]
    [InlineData("""{"field":"anonymousId","operator":"contains","value":"a1"}""", true)]
    [InlineData("""{"field":"createdAt","operator":"eq","value":"2024-04-01T02:00:00+02:00"}""", true)]
    [InlineData("""{"field":"createdAt","operator":"in","value":["2024-04-01","2024-04-02"]}""", true)]
    [InlineData("""{"field":"createdAt","operator":"not_in","value":["2024-04-02"]}""", true)]
    [InlineData("""{"field":"createdAt","operator":"before","value":"-30d"}""", true)]
    [InlineData("""{"field":"createdAt","operator":"lt","value":"-31d"}""", false)]
    [InlineData("""{"field":"firstSeen","operator":"within_last","value":"2d"}""", true)]
    [InlineData("""{"field":"firstSeen","operator":"after","value":"-2d"}""", false)]
    [InlineData("""{"field":"firstSeen","operator":"gte","value":"-2d"}""", true)]
    [InlineData("""{"field":"lastSeen","operator":"eq","value":"-1h"}""", true)]
    [InlineData("""{"field":"lastSeen","operator":"not_within_last","value":"59m"}""", true)]
    [InlineData("""{"field":"events.count","operator":"eq","value":3}""", true)]
    [InlineData("""{"field":"events.count","operator":"gt","value":2.5}""", true)]
    [InlineData("""{"field":"pageViews","operator":"eq","value":1}""", true)]
    [InlineData("""{"field":"conversions","operator":"exists"}""", true)]
    [InlineData("""{"field":"conversions","operator":"gte","value":1}""", false)]
    [InlineData("""{"field":"traits.address.city","operator":"eq","value":"Oslo"}""", true)]
    [InlineData("""{"field":"traits.favourite colour","operator":"eq","value":"red"}""", true)]
    [InlineData("""{"field":"traits.tags.0","operator":"exists"}""", false)]
    [InlineData("""{"field":"groups.plan","operator":"eq","value":"pro"}""", true)]
    [InlineData("""{"field":"groups.plan","operator":"neq","value":"pro"}""", false)]
    [InlineData("""{"field":"groups.plan","operator":"neq","value":"gold"}""", true)]
    [InlineData("""{"field":"groups.size.staff","operator":"lt","value":10}""", true)]
    [InlineData("""{"field":"groups.size.staff","operator":"not_exists"}""", false)]
    public void A_field_reads_what_it_names(string filter, bool expected) => Assert.Equal(expected, Preview.Matches(filter, Ann));

    [Theory]
    [InlineData("email", "gt", "1", "value")]
    [InlineData("email", "before", "\"2024-05-01\"", "operator")]
    [InlineData("email", "before", "\"-7d\"", "operator")]
    [InlineData("email", "eq", "1", "value")]
    [InlineData("email", "in", "[\"a\",1]", "value[1]")]
    [InlineData("createdAt", "contains", "\"2024\"", "operator")]
    [InlineData("createdAt", "is_true", null, "operator")]
    [InlineData("createdAt", "eq", "\"today\"", "value")]
    [InlineData("createdAt", "gt", "5", "value")]
    [InlineData("events.count", "matches", "\"1\"", "operator")]
    [InlineData("events.count", "gt", "\"-7d\"", "value")]
    [InlineData("events.count", "eq", "\"5\"", "value")]
    [InlineData("traits.", "exists", null, "field")]
    [InlineData("traits.a..b", "exists", null, "field")]
    [InlineData("traits", "exists", null, "field")]
    [InlineData("group.plan", "exists", null, "field")]
    [InlineData("Email", "exists", null, "field")]
    public void A_field_refuses_what_it_can_never_be(string field, string @operator, string? value, string wrongAt)
    {
        var filter = $$"""{"field":"{{field}}","operator":"{{@operator}}"{{(value is null ? "" : $",\"value\":{value}")}}}""";

        Assert.Null(FilterReader.Read(SimulatedPerson.Json(filter), out var error));
        Assert.Equal($"filter.{wrongAt}", error?.Path);
    }

    private static SimulatedPerson Make()
    {
        var person = Preview.WithEvents(("A", TimeSpan.FromDays(2), "{}"), ("B", TimeSpan.FromHours(1), "{}"));
        person.Components[0].Add(SimulatedPerson.Call("Page Viewed", Preview.Now.AddDays(-1), Preview.Now, type: EventType.Page));
        person.Email = "ann@x.com";
        person.UserId = "7";
        person.AnonymousIds.AddRange(["a1", "a2"]);
        person.CreatedAt = new DateTimeOffset(2024, 4, 1, 0, 0, 0, TimeSpan.Zero);
        person.Traits["address"] = SimulatedPerson.Json("""{"city":"Oslo"}""");
        person.Traits["favourite colour"] = SimulatedPerson.Json("\"red\"");
        person.Traits["tags"] = SimulatedPerson.Json("[1]");
        person.Groups.Add(new() { ["plan"] = SimulatedPerson.Json("\"pro\"") });
        person.Groups.Add(new() { ["plan"] = SimulatedPerson.Json("\"free\""), ["size"] = SimulatedPerson.Json("""{"staff":4}""") });
        return person;
    }
}
