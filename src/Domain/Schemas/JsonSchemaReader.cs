using System.Text.Json;
using System.Text.RegularExpressions;
using static CdpPipeline.Domain.Schemas.SchemaPath;

namespace CdpPipeline.Domain.Schemas;

/// <summary>
/// Reads a JSON Schema. It takes <c>true</c>, <c>false</c>, and objects with the keywords <c>type enum const</c>, <c>minimum maximum exclusiveMinimum
/// exclusiveMaximum multipleOf</c>, <c>minLength maxLength pattern format</c>, <c>properties required additionalProperties patternProperties propertyNames
/// minProperties maxProperties</c>, <c>items minItems maxItems uniqueItems</c>, <c>allOf anyOf oneOf not if then else</c>, and <c>$ref</c> to a place in the
/// same schema. Annotations and <c>x-…</c> are passed over. Any other keyword is an error: nobody shall believe in a check that is not made. So is a schema
/// that refers to itself. Patterns are those of a linear-time engine.
/// </summary>
public sealed class JsonSchemaReader
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly",
    };

    private readonly JsonElement root;
    private readonly string rootPath;
    private int nodes;
    private SchemaError? error;

    private JsonSchemaReader(JsonElement root, string rootPath)
    {
        this.root = root;
        this.rootPath = rootPath;
    }

    /// <summary>Null and an error when something is not as expected; the error's path begins with <paramref name="path"/>.</summary>
    public static JsonSchema? Read(JsonElement json, string path, out SchemaError? error)
    {
        var reader = new JsonSchemaReader(json, path);
        var schema = reader.Schema(json, path, "", depth: 1);
        error = reader.error;
        return error is null ? schema : null;
    }

    /// <param name="json">The schema.</param>
    /// <param name="path">Where it is, for errors.</param>
    /// <param name="place">Where it is in the schema as a whole, for findings.</param>
    /// <param name="depth">How many schemas it is within, itself counted.</param>
    private JsonSchema Schema(JsonElement json, string path, string place, int depth)
    {
        if (++nodes > SchemaLimits.NodesMax) Fail(path, $"at most {SchemaLimits.NodesMax} schemas are allowed, each counted as often as it is referred to");
        if (depth > SchemaLimits.DepthMax) Fail(path, $"schemas may be nested, or refer to each other, {SchemaLimits.DepthMax} deep; one that refers to itself is not taken");
        if (error is not null || json.ValueKind == JsonValueKind.True) return new JsonSchema([]);
        if (json.ValueKind == JsonValueKind.False) return new JsonSchema([new NothingRule(place)]);
        if (json.ValueKind != JsonValueKind.Object)
        {
            Fail(path, "expected a schema: an object, true or false");
            return new JsonSchema([]);
        }

        List<SchemaRule> rules = [];
        foreach (var keyword in json.EnumerateObject())
        {
            if (error is not null) break;
            Keyword(keyword.Name, keyword.Value, Member(path, keyword.Name), Member(place, keyword.Name), depth, rules);
        }

        Members(json, path, place, depth, rules);
        if (Part(json, "if", path, place, depth) is { } condition)
            rules.Add(new IfRule(Member(place, "if"), condition, Part(json, "then", path, place, depth), Part(json, "else", path, place, depth)));
        return new JsonSchema(rules);
    }

    private void Keyword(string name, JsonElement value, string path, string place, int depth, List<SchemaRule> rules)
    {
        switch (name)
        {
            case "allOf" or "anyOf" or "oneOf":
                var choices = List(value, path, place, depth);
                rules.Add(name == "allOf" ? new AllRule(place, choices) : new SomeRule(place, choices, name == "oneOf"));
                break;
            case "not":
                rules.Add(new NotRule(place, Schema(value, path, place, depth + 1)));
                break;
            case "items":
                rules.Add(new ItemsRule(place, Schema(value, path, place, depth + 1)));
                break;
            case "$ref":
                if (Target(value, path) is { } target) rules.Add(new AllRule(place, [Schema(target, path, place, depth + 1)]));
                break;
            case "required":
                foreach (var (required, index) in Texts(value, path).Select((text, index) => (text, index))) rules.Add(new RequiredRule(Item(place, index), required));
                break;
            case "properties" or "additionalProperties" or "patternProperties" or "propertyNames" or "if" or "then" or "else":
                break;
            default:
                if (Annotations.Contains(name) || name.StartsWith("x-", StringComparison.Ordinal)) break;
                if (ValueRules.Read(name, value, place, out var expected) is { } rule) rules.Add(rule);
                else Fail(path, expected ?? "this keyword is not known here");
                break;
        }
    }

    private void Members(JsonElement json, string path, string place, int depth, List<SchemaRule> rules)
    {
        List<(string, JsonSchema)> named = [];
        List<(Regex, JsonSchema)> patterns = [];
        foreach (var (name, schema, at, own) in Map(json, "properties", path, place)) named.Add((name, Schema(schema, at, own, depth + 1)));
        foreach (var (name, schema, at, own) in Map(json, "patternProperties", path, place))
        {
            if (ValueRules.Pattern(name) is { } pattern) patterns.Add((pattern, Schema(schema, at, own, depth + 1)));
            else Fail(at, ValueRules.PatternExpected);
        }

        var others = Part(json, "additionalProperties", path, place, depth);
        var names = Part(json, "propertyNames", path, place, depth);
        if (named.Count > 0 || patterns.Count > 0 || others is not null || names is not null) rules.Add(new MembersRule(place, named, patterns, others, names));
    }

    private JsonSchema? Part(JsonElement json, string name, string path, string place, int depth) =>
        json.TryGetProperty(name, out var part) ? Schema(part, Member(path, name), Member(place, name), depth + 1) : null;

    private List<JsonSchema> List(JsonElement value, string path, string place, int depth)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) Fail(path, "expected a list of schemas");
        return error is not null ? [] : [.. value.EnumerateArray().Select((schema, index) => Schema(schema, Item(path, index), Item(place, index), depth + 1))];
    }

    private List<(string Name, JsonElement Schema, string Path, string Place)> Map(JsonElement json, string keyword, string path, string place)
    {
        if (error is not null || !json.TryGetProperty(keyword, out var map)) return [];
        var (at, own) = (Member(path, keyword), Member(place, keyword));
        if (map.ValueKind == JsonValueKind.Object) return [.. map.EnumerateObject().Select(each => (each.Name, each.Value, Member(at, each.Name), Member(own, each.Name)))];
        Fail(at, "expected an object of schemas");
        return [];
    }

    private List<string> Texts(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(each => each.GetString()!)];
        Fail(path, "expected a list of names");
        return [];
    }

    private JsonElement? Target(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.String && Find(value.GetString()!) is { } found) return found;
        Fail(path, $"expected a place in this schema, such as #/$defs/money; the schema begins at {rootPath}");
        return null;
    }

    // RFC 6901, in a fragment.
    private JsonElement? Find(string reference)
    {
        if (reference == "#") return root;
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return null;
        var at = root;
        foreach (var step in reference[2..].Split('/').Select(step => Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, out var index) && index >= 0 && index < at.GetArrayLength()) at = at[index];
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at)) return null;
        }

        return at;
    }

    private void Fail(string path, string message) => error ??= new SchemaError(path, message);
}
