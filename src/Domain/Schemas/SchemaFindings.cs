using System.Text.Json;

namespace CdpPipeline.Domain.Schemas;

/// <summary>Collects what a check finds, up to a number, and knows where in the value the check is. For one check at a time.</summary>
public sealed class SchemaFindings(int findingsMax = SchemaLimits.FindingsMax)
{
    internal const string Nothing = "nothing";

    private readonly List<SchemaFinding> all = [];
    private readonly List<(string? Name, int Index)> place = [];

    public IReadOnlyList<SchemaFinding> All => all;

    /// <summary>Nothing more is taken, so nothing more need be looked for.</summary>
    internal bool IsFull => all.Count >= findingsMax;

    internal void Enter(string name) => place.Add((name, 0));

    internal void Enter(int index) => place.Add((null, index));

    internal void Leave() => place.RemoveAt(place.Count - 1);

    internal void Add(string schemaPath, string expected, JsonElement found) => Add(schemaPath, expected, Sort(found));

    internal void Add(string schemaPath, string expected, string found)
    {
        if (IsFull) return;
        var path = place.Aggregate("", (parent, step) => step.Name is { } name ? SchemaPath.Member(parent, name) : SchemaPath.Item(parent, step.Index));
        all.Add(new SchemaFinding(schemaPath, path, expected, found));
    }

    private static string Sort(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => "null",
    };
}
