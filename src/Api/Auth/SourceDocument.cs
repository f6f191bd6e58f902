using System.Text.Json.Serialization;

namespace CdpPipeline.Api.Auth;

/// <summary>The stored shape of a source.</summary>
internal sealed record SourceDocument(string Name, string KeyHash, IReadOnlyList<string>? Origins);

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SourceDocument))]
internal sealed partial class SourceDocumentJson : JsonSerializerContext;
