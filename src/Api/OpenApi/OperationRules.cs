using System.Globalization;
using System.Text.Json.Nodes;

namespace CdpPipeline.Api.OpenApi;

/// <summary>
/// Completes the description of a path by what holds for every operation of its sort: its name and tag, which keys it takes (<c>x-access</c>:
/// <c>none</c>, <c>write-key</c>, <c>read</c> or <c>admin</c>), and the errors that come of keys, bodies and an unavailable store. What an operation
/// says itself stays as it is. Pure.
/// </summary>
internal static class OperationRules
{
    private const string Access = "x-access";

    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    /// <summary>Changes the path's item, and returns it.</summary>
    public static JsonObject Complete(string path, JsonObject item, string? tag)
    {
        foreach (var method in Methods)
        {
            if (item[method] is not JsonObject operation) continue;
            var access = operation[Access]?.GetValue<string>() ?? throw new InvalidOperationException($"{method} {path} lacks {Access}.");
            operation.Remove(Access);
            operation.Insert(0, "operationId", IdOf(method, path));
            if (tag is not null) operation.Insert(1, "tags", new JsonArray(tag));
            operation["security"] = SecurityOf(access);
            var answers = operation["responses"]!.AsObject();
            foreach (var (status, name) in ErrorsOf(access, hasBody: operation.ContainsKey("requestBody")))
            {
                if (!answers.ContainsKey(status)) answers.Add(status, new JsonObject { ["$ref"] = $"#/components/responses/{name}" });
            }
        }

        return item;
    }

    /// <summary>As <c>getApiSegmentsById</c>: a name for clients that are generated.</summary>
    private static string IdOf(string method, string path)
    {
        var words = path.Split('/', '.', '-', '_').Where(word => word.Length > 0).Select(word => word[0] == '{' ? $"By{Capital(word[1..^1])}" : Capital(word));
        return method + string.Concat(words);
    }

    private static string Capital(string word) => word[..1].ToUpper(CultureInfo.InvariantCulture) + word[1..];

    private static JsonArray SecurityOf(string access) => access switch
    {
        "none" => [],
        "write-key" => [Requirement("writeKey"), Requirement("writeKeyAsUser")],
        "read" or "admin" => [Requirement("apiKey", access), Requirement("apiKeyAsUser", access)],
        _ => throw new InvalidOperationException($"{Access} is {access}; it can be none, write-key, read or admin."),
    };

    private static JsonObject Requirement(string scheme, params string[] roles) => new() { [scheme] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]) };

    private static IEnumerable<(string Status, string Name)> ErrorsOf(string access, bool hasBody)
    {
        if (hasBody) yield return ("400", "Invalid");
        if (access != "none") yield return ("401", "Unauthorized");
        if (access != "none") yield return ("403", "Forbidden");
        if (hasBody) yield return ("413", "TooLarge");
        if (hasBody) yield return ("415", "UnknownEncoding");
        if (access != "none") yield return ("503", "Unavailable");
    }
}
