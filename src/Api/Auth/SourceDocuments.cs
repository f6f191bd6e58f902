using System.Text.Json;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// Reads and writes sources as stored documents of kind <c>source</c>: <c>{"name":…,"keyHash":"hex SHA-256","origins":[…]}</c>.
/// </summary>
public static class SourceDocuments
{
    public const string Kind = "source";

    /// <summary>All stored sources. A document that can't be read stops it: a source must not vanish unnoticed.</summary>
    public static async Task<IReadOnlyList<KeyedSource>> ReadAsync(IDocumentStore documents, CancellationToken cancellationToken) =>
        [.. (await documents.ListAsync(Kind, cancellationToken)).Select(Read)];

    public static byte[] Write(KeyedSource keyed) => JsonSerializer.SerializeToUtf8Bytes(
        new SourceDocument(keyed.Source.Name, Convert.ToHexStringLower(keyed.KeyHash.Span), keyed.Source.Origins),
        SourceDocumentJson.Default.SourceDocument);

    public static KeyedSource Read(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Json.Span, SourceDocumentJson.Default.SourceDocument)
            ?? throw new InvalidDataException($"The source document '{document.Id}' is empty.");
        return new KeyedSource(new Source(document.Id, stored.Name) { Origins = stored.Origins ?? [] }, Convert.FromHexString(stored.KeyHash));
    }
}
