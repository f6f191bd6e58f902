using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Auth;

/// <summary>What is left of a source that was deleted: the names that its events carry, and for how long they are kept. A stored document.</summary>
/// <param name="SourceId">The id that it had.</param>
/// <param name="Names">Its last name and those before.</param>
/// <param name="RetentionDays">Its retention; null: for ever.</param>
public sealed record DeletedSource(string SourceId, IReadOnlyList<FormerName> Names, int? RetentionDays)
{
    /// <summary>Their documents' kind.</summary>
    public const string Kind = "deleted-source";

    /// <summary>Most of them. A source that would have to be remembered beyond that cannot be deleted.</summary>
    public const int Max = 1_000;

    /// <summary>What is to be remembered of a source that is deleted now.</summary>
    public static DeletedSource Of(Source source, DateTimeOffset now) =>
        new(source.Id, [new FormerName(source.Name, now), .. source.FormerNames], source.RetentionDays);

    /// <summary>All that are stored. A document that can't be read stops it: a retention must not vanish unnoticed.</summary>
    public static async Task<IReadOnlyList<DeletedSource>> ReadAsync(IDocumentStore documents, CancellationToken cancellationToken) =>
        [.. (await documents.ListAsync(Kind, cancellationToken)).Select(Read)];

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, DeletedSourceJson.Default.DeletedSource);

    private static DeletedSource Read(Document document) =>
        JsonSerializer.Deserialize(document.Json.Span, DeletedSourceJson.Default.DeletedSource) ?? throw new InvalidDataException($"The deleted source's document '{document.Id}' is empty.");
}

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(DeletedSource))]
internal sealed partial class DeletedSourceJson : JsonSerializerContext;
