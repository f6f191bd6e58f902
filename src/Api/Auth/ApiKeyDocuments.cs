using System.Text.Json;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Auth;

/// <summary>Reads and writes API keys as stored documents of kind <c>api-key</c>.</summary>
internal static class ApiKeyDocuments
{
    public const string Kind = "api-key";

    public static async Task<IReadOnlyList<ApiKey>> ReadAsync(IDocumentStore documents, CancellationToken cancellationToken) =>
        [.. (await documents.ListAsync(Kind, cancellationToken)).Select(Read)];

    public static byte[] Write(ApiKey key) => JsonSerializer.SerializeToUtf8Bytes(
        new ApiKeyDocument(key.Name, NameOf(key.Role), Convert.ToHexStringLower(key.KeyHash.Span), key.CreatedAt), ApiKeyDocumentJson.Default.ApiKeyDocument);

    public static string NameOf(ApiAccess role) => role == ApiAccess.Admin ? "admin" : "read";

    public static ApiAccess? RoleOf(string? name) => name switch
    {
        "admin" => ApiAccess.Admin,
        "read" => ApiAccess.Read,
        _ => null,
    };

    public static ApiKey Read(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Json.Span, ApiKeyDocumentJson.Default.ApiKeyDocument)
            ?? throw new InvalidDataException($"The API key document '{document.Id}' is empty.");
        var role = RoleOf(stored.Role) ?? throw new InvalidDataException($"The API key document '{document.Id}' has the unknown role '{stored.Role}'.");
        return new ApiKey(document.Id, stored.Name, role, Convert.FromHexString(stored.KeyHash), stored.CreatedAt);
    }
}
