using System.Text.Json;

namespace CdpPipeline.Domain.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12, the keywords that <see cref="JsonSchemaReader"/> lists), compiled once. Checking is pure, takes time proportional to
/// the value for a given schema, and keeps nothing of the value.
/// </summary>
public sealed class JsonSchema
{
    private readonly IReadOnlyList<SchemaRule> rules;

    internal JsonSchema(IReadOnlyList<SchemaRule> rules) => this.rules = rules;

    /// <summary>Notes every rule that the value breaks, until the findings are full.</summary>
    public void Check(JsonElement value, SchemaFindings findings)
    {
        foreach (var rule in rules)
        {
            if (findings.IsFull) return;
            rule.Check(value, findings);
        }
    }

    public bool Holds(JsonElement value)
    {
        var findings = new SchemaFindings(findingsMax: 1);
        Check(value, findings);
        return findings.All.Count == 0;
    }
}
