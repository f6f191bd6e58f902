using System.Collections.Frozen;
using System.Text.Json;
using CdpPipeline.Domain.Schemas;

namespace CdpPipeline.Domain.Plans;

/// <summary>
/// Reads a tracking plan: <c>{"mode":"report"|"block","unplanned":"allow"|"report"|"block","events":{"Order Completed":{…JSON Schema…}}}</c>.
/// <c>unplanned</c> may be left out and is then <c>allow</c>.
/// </summary>
public static class TrackingPlanReader
{
    private static readonly string[] Members = ["mode", "unplanned", "events"];

    /// <summary>Null and an error when something is not as expected.</summary>
    public static TrackingPlan? Read(JsonElement json, out SchemaError? error)
    {
        error = null;
        foreach (var member in json.EnumerateObject())
        {
            if (!Members.Contains(member.Name)) error ??= new SchemaError(SchemaPath.Member("", member.Name), "is not known here; expected mode, events and unplanned");
        }

        if (error is not null) return null;
        PlanMode? mode = Text(json, "mode") switch { "report" => PlanMode.Report, "block" => PlanMode.Block, _ => null };
        UnplannedEvents? unplanned = json.TryGetProperty("unplanned", out _)
            ? Text(json, "unplanned") switch { "allow" => UnplannedEvents.Allow, "report" => UnplannedEvents.Report, "block" => UnplannedEvents.Block, _ => null }
            : UnplannedEvents.Allow;
        if (mode is null) error = new SchemaError("mode", "expected report or block");
        else if (unplanned is null) error = new SchemaError("unplanned", "expected allow, report or block");
        if (error is not null) return null;
        var events = Events(json, out error);
        return events is null ? null : new TrackingPlan(mode!.Value, unplanned!.Value, events);
    }

    private static FrozenDictionary<string, JsonSchema>? Events(JsonElement json, out SchemaError? error)
    {
        error = null;
        if (!json.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Object || events.GetPropertyCount() > PlanLimits.EventsMax)
        {
            error = new SchemaError("events", $"expected an object of at most {PlanLimits.EventsMax} schemas by event name");
            return null;
        }

        var schemas = new Dictionary<string, JsonSchema>(StringComparer.Ordinal);
        foreach (var member in events.EnumerateObject())
        {
            var path = SchemaPath.Member("events", member.Name);
            if (string.IsNullOrWhiteSpace(member.Name) || member.Name.Length > PlanLimits.NameLengthMax)
                error = new SchemaError(path, $"expected an event's name of 1 to {PlanLimits.NameLengthMax} characters");
            else if (JsonSchemaReader.Read(member.Value, path, out error) is { } schema && !schemas.TryAdd(member.Name, schema))
                error = new SchemaError(path, "is given twice");
            if (error is not null) return null;
        }

        return schemas.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
