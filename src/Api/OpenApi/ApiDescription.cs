using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CdpPipeline.Api.OpenApi;

/// <summary>
/// The OpenAPI document of all routes, put together from the <c>*.openapi.json</c> files that lie beside them: their paths, sorted, and their
/// components. What many operations share is added by <see cref="OperationRules"/>. Two files that describe the same thing are a bug.
/// </summary>
internal static class ApiDescription
{
    public const string Version = "3.1.0";

    private const string Suffix = ".openapi.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Lazy<byte[]> Document = new(() => JsonSerializer.SerializeToUtf8Bytes(Compose(Read()), Format));

    /// <summary>The document in UTF-8, made once.</summary>
    public static byte[] Bytes => Document.Value;

    private static IEnumerable<(string Name, JsonObject Part)> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            yield return (name, JsonNode.Parse(stream)!.AsObject());
        }
    }

    private static JsonObject Compose(IEnumerable<(string Name, JsonObject Part)> parts)
    {
        JsonObject? heading = null;
        var tags = new JsonArray();
        var paths = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var components = new SortedDictionary<string, SortedDictionary<string, JsonNode?>>(StringComparer.Ordinal);
        foreach (var (name, part) in parts)
        {
            if (part["info"] is { } about) heading = about.DeepClone().AsObject();
            var tag = part["tag"]?.AsObject();
            if (tag is not null) tags.Add(tag.DeepClone());
            foreach (var (path, item) in Members(part, "paths"))
            {
                if (!paths.TryAdd(path, OperationRules.Complete(path, item!.DeepClone().AsObject(), tag?["name"]?.GetValue<string>()))) throw Twice(name, path);
            }

            foreach (var (kind, named) in Members(part, "components"))
            {
                if (!components.TryGetValue(kind, out var all)) components.Add(kind, all = new(StringComparer.Ordinal));
                foreach (var (key, component) in named!.AsObject())
                {
                    if (!all.TryAdd(key, component?.DeepClone())) throw Twice(name, key);
                }
            }
        }

        return new JsonObject
        {
            ["openapi"] = Version,
            ["info"] = heading,
            ["tags"] = tags,
            ["paths"] = new JsonObject(paths.Select(path => KeyValuePair.Create(path.Key, (JsonNode?)path.Value))),
            ["components"] = new JsonObject(components.Select(kind => KeyValuePair.Create(kind.Key, (JsonNode?)new JsonObject(kind.Value)))),
        };
    }

    private static JsonObject Members(JsonObject part, string name) => part[name]?.AsObject() ?? [];

    private static InvalidOperationException Twice(string file, string what) => new($"{file} describes {what}, which another file describes too.");
}
