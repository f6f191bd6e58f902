using System.Text.Json.Serialization;

namespace CdpPipeline.Api.Auth;

/// <summary>The stored shape of an API key.</summary>
internal sealed record ApiKeyDocument(string Name, string Role, string KeyHash, DateTimeOffset CreatedAt);

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApiKeyDocument))]
internal sealed partial class ApiKeyDocumentJson : JsonSerializerContext;
