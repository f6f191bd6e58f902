using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Plans;

namespace CdpPipeline.Domain.Tests.Plans;

public sealed class TrackingPlanTests
{
    [Fact]
    public void An_event_as_planned_has_no_verdict() =>
        Assert.Null(Plan("""{"mode":"block","events":{"Paid":{"required":["total"]}}}""").Check(Event("Paid", """{"total":1}""")));

    [Theory]
    [InlineData("block", true)]
    [InlineData("report", false)]
    public void An_event_with_other_properties_than_planned_is_blocked_or_reported(string mode, bool isBlocked)
    {
        var verdict = Plan("""{"mode":"MODE","events":{"Paid":{"properties":{"total":{"type":"number"}}}}}""".Replace("MODE", mode, StringComparison.Ordinal)).Check(Event("Paid", """{"total":"1"}"""));

        Assert.Equal((isBlocked, "properties.total", "properties.total must be a number; it is a string"), (verdict!.IsBlocked, verdict.Field, verdict.Reason));
    }

    [Theory]
    [InlineData("allow", null)]
    [InlineData("report", false)]
    [InlineData("block", true)]
    public void An_event_that_is_not_planned_is_let_pass_reported_or_blocked(string unplanned, bool? isBlocked)
    {
        var verdict = Plan($$"""{"mode":"report","unplanned":"{{unplanned}}","events":{} }""").Check(Event("Paid", "{}"));

        Assert.Equal(isBlocked, verdict?.IsBlocked);
        if (verdict is not null) Assert.Equal("event", verdict.Field);
    }

    [Fact]
    public void Calls_without_an_event_name_are_nobodys_plan() =>
        Assert.Null(Plan("""{"mode":"block","unplanned":"block","events":{}}""").Check(Event(null, "{}")));

    [Theory]
    [InlineData("""{"events":{}}""", "mode")]
    [InlineData("""{"mode":"warn","events":{}}""", "mode")]
    [InlineData("""{"mode":"block","unplanned":"drop","events":{}}""", "unplanned")]
    [InlineData("""{"mode":"block"}""", "events")]
    [InlineData("""{"mode":"block","events":[]}""", "events")]
    [InlineData("""{"mode":"block","events":{" ":{}}}""", "events[\" \"]")]
    [InlineData("""{"mode":"block","events":{"Order Completed":{"type":1}}}""", "events[\"Order Completed\"].type")]
    [InlineData("""{"mode":"block","events":{"Paid":{"minimal":1}}}""", "events.Paid.minimal")]
    [InlineData("""{"mode":"block","events":{"Paid":{},"Paid":{}}}""", "events.Paid")]
    [InlineData("""{"mode":"block","events":{},"schemas":{}}""", "schemas")]
    public void A_plan_that_is_not_right_is_refused_with_its_place(string plan, string path)
    {
        using var json = JsonDocument.Parse(plan);

        Assert.Null(TrackingPlanReader.Read(json.RootElement, out var error));
        Assert.Equal(path, error!.Path);
    }

    private static TrackingPlan Plan(string text)
    {
        using var json = JsonDocument.Parse(text);
        return TrackingPlanReader.Read(json.RootElement.Clone(), out _)!;
    }

    private static Event Event(string? name, string properties) => new()
    {
        Type = name is null ? EventType.Identify : EventType.Track,
        Name = name,
        Identifiers = [new Identifier(IdentifierKind.UserId, "u")],
        Timestamp = DateTimeOffset.UnixEpoch,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Source = "web",
        Properties = Encoding.UTF8.GetBytes(properties),
    };
}
