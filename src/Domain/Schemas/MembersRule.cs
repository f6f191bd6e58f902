using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CdpPipeline.Domain.Schemas;

/// <summary>
/// <c>properties</c>, <c>patternProperties</c>, <c>additionalProperties</c> and <c>propertyNames</c>, which depend on each other: each member of an
/// object is held against the schemas that its name selects.
/// </summary>
internal sealed class MembersRule(
    string path,
    IReadOnlyList<(string Name, JsonSchema Schema)> named,
    IReadOnlyList<(Regex Pattern, JsonSchema Schema)> patterns,
    JsonSchema? others,
    JsonSchema? names) : SchemaRule(path)
{
    private readonly (byte[] Utf8, string Name, JsonSchema Schema)[] named = [.. named.Select(each => (Encoding.UTF8.GetBytes(each.Name), each.Name, each.Schema))];

    public override void Check(JsonElement value, SchemaFindings findings)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            if (findings.IsFull) return;
            var isKnown = CheckNamed(member, findings);
            if (patterns.Count == 0 && (isKnown || others is null) && names is null) continue;
            CheckByText(member, isKnown, findings);
        }
    }

    private bool CheckNamed(JsonProperty member, SchemaFindings findings)
    {
        foreach (var (utf8, name, schema) in named)
        {
            if (!member.NameEquals(utf8)) continue;
            Check(schema, name, member.Value, findings);
            return true;
        }

        return false;
    }

    // The name's text is only made where a rule needs it.
    private void CheckByText(JsonProperty member, bool isKnown, SchemaFindings findings)
    {
        var name = member.Name;
        foreach (var (pattern, schema) in patterns)
        {
            if (!pattern.IsMatch(name)) continue;
            isKnown = true;
            Check(schema, name, member.Value, findings);
        }

        if (!isKnown && others is not null) Check(others, name, member.Value, findings);
        if (names is null || names.Holds(JsonSerializer.SerializeToElement(name, NameJson.Default.String))) return;
        findings.Enter(name);
        findings.Add(SchemaPath.Member(Path, "propertyNames"), "has a name that is not allowed", member.Value);
        findings.Leave();
    }

    private static void Check(JsonSchema schema, string name, JsonElement value, SchemaFindings findings)
    {
        findings.Enter(name);
        schema.Check(value, findings);
        findings.Leave();
    }
}

/// <summary>Writes a name as JSON without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class NameJson : System.Text.Json.Serialization.JsonSerializerContext;
