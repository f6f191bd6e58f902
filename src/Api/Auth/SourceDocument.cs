using System.Text.Json.Serialization;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// The stored shape of a source. Builds that know of one key only read <see cref="KeyHash"/>, which is that of the first; documents that they wrote
/// have no <see cref="Keys"/>.
/// </summary>
internal sealed record SourceDocument(string Name, string KeyHash, IReadOnlyList<string>? Origins)
{
    public IReadOnlyList<WriteKeyDocument>? Keys { get; init; }

    public IReadOnlyList<string>? Events { get; init; }

    public RateLimit? Rate { get; init; }

    public int? RetentionDays { get; init; }

    public IReadOnlyList<FormerName>? FormerNames { get; init; }
}

/// <summary>The stored shape of one of its keys.</summary>
internal sealed record WriteKeyDocument(string Id, string KeyHash)
{
    public string? Label { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceDocument))]
internal sealed partial class SourceDocumentJson : JsonSerializerContext;
