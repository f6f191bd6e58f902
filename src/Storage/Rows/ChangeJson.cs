using System.Text.Json.Serialization;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Storage.Rows;

/// <summary>The stored spelling of changes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(IdentityIdConverter), typeof(IdentifierConverter)])]
[JsonSerializable(typeof(Change))]
internal sealed partial class ChangeJson : JsonSerializerContext;
