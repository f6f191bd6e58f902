using System.Text.Json;

namespace CdpPipeline.Domain.Schemas;

/// <summary>What one keyword asks for. A rule about numbers, texts, objects or arrays says nothing about values of another sort.</summary>
/// <param name="path">Where in the schema the keyword is.</param>
internal abstract class SchemaRule(string path)
{
    protected string Path { get; } = path;

    public abstract void Check(JsonElement value, SchemaFindings findings);
}

/// <summary>The schema <c>false</c>: nothing is right.</summary>
internal sealed class NothingRule(string path) : SchemaRule(path)
{
    public override void Check(JsonElement value, SchemaFindings findings) => findings.Add(Path, "must not be there", value);
}

/// <summary>A condition on the value itself.</summary>
internal sealed class ValueRule(string path, string expected, Func<JsonElement, bool> holds) : SchemaRule(path)
{
    public override void Check(JsonElement value, SchemaFindings findings)
    {
        if (!holds(value)) findings.Add(Path, expected, value);
    }
}

/// <summary><c>allOf</c>, and <c>$ref</c>: the value must be as each of them says.</summary>
internal sealed class AllRule(string path, IReadOnlyList<JsonSchema> all) : SchemaRule(path)
{
    public override void Check(JsonElement value, SchemaFindings findings)
    {
        foreach (var schema in all) schema.Check(value, findings);
    }
}

/// <summary><c>anyOf</c> and <c>oneOf</c>: so many of them must hold.</summary>
internal sealed class SomeRule(string path, IReadOnlyList<JsonSchema> choices, bool isOnlyOne) : SchemaRule(path)
{
    public override void Check(JsonElement value, SchemaFindings findings)
    {
        var count = 0;
        foreach (var schema in choices)
        {
            if (schema.Holds(value) && ++count > (isOnlyOne ? 1 : 0)) break;
        }

        if (count == 0) findings.Add(Path, "must be as one of the alternatives says", value);
        else if (isOnlyOne && count > 1) findings.Add(Path, "must be as only one of the alternatives says", value);
    }
}

/// <summary><c>not</c>.</summary>
internal sealed class NotRule(string path, JsonSchema schema) : SchemaRule(path)
{
    public override void Check(JsonElement value, SchemaFindings findings)
    {
        if (schema.Holds(value)) findings.Add(Path, "must not be as the plan excludes", value);
    }
}

/// <summary><c>if</c>, <c>then</c> and <c>else</c>.</summary>
internal sealed class IfRule(string path, JsonSchema condition, JsonSchema? then, JsonSchema? otherwise) : SchemaRule(path)
{
    public override void Check(JsonElement value, SchemaFindings findings) => (condition.Holds(value) ? then : otherwise)?.Check(value, findings);
}

/// <summary><c>items</c>: of every item of an array.</summary>
internal sealed class ItemsRule(string path, JsonSchema items) : SchemaRule(path)
{
    public override void Check(JsonElement value, SchemaFindings findings)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (findings.IsFull) return;
            findings.Enter(index++);
            items.Check(item, findings);
            findings.Leave();
        }
    }
}

/// <summary><c>required</c>: a member that must be there.</summary>
internal sealed class RequiredRule(string path, string name) : SchemaRule(path)
{
    private readonly JsonEncodedText name = JsonEncodedText.Encode(name);

    public override void Check(JsonElement value, SchemaFindings findings)
    {
        if (value.ValueKind != JsonValueKind.Object || value.TryGetProperty(name.Value, out _)) return;
        findings.Enter(name.Value);
        findings.Add(Path, "is required", SchemaFindings.Nothing);
        findings.Leave();
    }
}
