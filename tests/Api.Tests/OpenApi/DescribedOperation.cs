using System.Text.Json.Nodes;
using CdpPipeline.Api.OpenApi;

namespace CdpPipeline.Api.Tests.OpenApi;

/// <summary>One operation as the document describes it.</summary>
internal sealed record DescribedOperation(string Method, string Path, JsonObject Item, JsonObject Operation)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    public static JsonObject Document { get; } = JsonNode.Parse(ApiDescription.Bytes)!.AsObject();

    public static IReadOnlyList<DescribedOperation> All { get; } =
    [
        .. from path in Document["paths"]!.AsObject()
           from method in Methods
           where path.Value![method] is not null
           select new DescribedOperation(method.ToUpperInvariant(), path.Key, path.Value!.AsObject(), path.Value![method]!.AsObject()),
    ];

    /// <summary>The parameters of the path and of the operation, references followed.</summary>
    public IEnumerable<JsonObject> Parameters =>
        (Item["parameters"]?.AsArray() ?? []).Concat(Operation["parameters"]?.AsArray() ?? []).Select(parameter => Followed(parameter!));

    public JsonObject Answers => Operation["responses"]!.AsObject();

    /// <summary>The status of success: the first that is given.</summary>
    public int Success => int.Parse(Answers.First().Key, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The key that it takes: <c>write</c>, <c>read</c>, <c>admin</c>, or none.</summary>
    public string? Key => Operation["security"]!.AsArray() is [JsonObject first, ..]
        ? first.ContainsKey("writeKey") ? "write" : first["apiKey"]!.AsArray()[0]!.GetValue<string>()
        : null;

    /// <summary>What can be sent: bodies with the status that answers them; a null body where the operation takes none.</summary>
    public IEnumerable<(string Name, string? Body, int Status)> Examples =>
        Operation["requestBody"]?["content"]?["application/json"]?["examples"] is JsonObject examples
            ? examples.Select(example => (example.Key, (string?)example.Value!["value"]!.ToJsonString(), example.Value["x-status"]?.GetValue<int>() ?? Success))
            : [("", null, Success)];

    public override string ToString() => $"{Method} {Path}";

    public static JsonObject Followed(JsonNode node)
    {
        while (node["$ref"]?.GetValue<string>() is { } reference) node = reference[2..].Split('/').Aggregate((JsonNode)Document, (at, key) => at[key]!);
        return node.AsObject();
    }
}
