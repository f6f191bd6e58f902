using System.Text.Json;
using System.Text.Json.Nodes;
using CdpPipeline.Domain.Schemas;

namespace CdpPipeline.Api.Tests.OpenApi;

/// <summary>Compares an answer with what its operation says of it: its status, its sort, and every member of its body.</summary>
internal static class DescribedAnswer
{
    public static async Task<IReadOnlyList<string>> FaultsAsync(DescribedOperation operation, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (operation.Answers[status] is not { } node) return [$"{status} is not described"];
        var contents = DescribedOperation.Followed(node)["content"]?.AsObject();
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (contents is null) return type is null ? [] : [$"{status} has a body of {type}, and none is described"];
        if (type is null || contents[type] is not JsonObject content) return [$"{status} has a body of {type}, which is not described"];
        if (!type.EndsWith("json", StringComparison.Ordinal)) return [];
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return Check(content["schema"]!.AsObject(), body.RootElement);
    }

    /// <summary>What is wrong with the value; a member that the schema does not name is wrong too.</summary>
    private static IReadOnlyList<string> Check(JsonObject schema, JsonElement value)
    {
        var whole = schema.DeepClone().AsObject();
        whole["components"] = DescribedOperation.Document["components"]!.DeepClone();
        Close(whole);

        // The components are no keyword of a schema, only where references lead.
        whole["$defs"] = whole["components"]!.DeepClone();
        whole.Remove("components");
        var text = whole.ToJsonString().Replace("#/components/", "#/$defs/", StringComparison.Ordinal);
        using var json = JsonDocument.Parse(text);
        var compiled = JsonSchemaReader.Read(json.RootElement, "schema", out var error);
        if (compiled is null) return [$"the schema is not understood: {error}"];
        var findings = new SchemaFindings();
        compiled.Check(value, findings);
        return [.. findings.All.Select(finding => $"{finding.Path} {finding} ({finding.SchemaPath})")];
    }

    private static void Close(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) Close(item);
        }

        if (node is not JsonObject map) return;
        foreach (var (_, member) in map.ToList()) Close(member);
        if (map["type"] is JsonValue && map["properties"] is JsonObject && !map.ContainsKey("additionalProperties")) map["additionalProperties"] = false;
    }
}
