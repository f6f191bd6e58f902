using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Auth;

/// <summary>Reads and writes sources as stored documents of kind <c>source</c>, with the hashes of their keys in hexadecimal.</summary>
public static class SourceDocuments
{
    public const string Kind = "source";

    // What hashes to it nobody knows.
    private static readonly string NoKey = new('0', SHA256.HashSizeInBytes * 2);

    /// <summary>All stored sources. A document that can't be read stops it: a source must not vanish unnoticed.</summary>
    public static async Task<IReadOnlyList<KeyedSource>> ReadAsync(IDocumentStore documents, CancellationToken cancellationToken) =>
        [.. (await documents.ListAsync(Kind, cancellationToken)).Select(Read)];

    public static byte[] Write(KeyedSource keyed)
    {
        var (source, keys) = keyed;
        var document = new SourceDocument(source.Name, keys.Count > 0 ? Hex(keys[0].KeyHash) : NoKey, source.AllowedOrigins)
        {
            Keys = [.. keys.Select(key => new WriteKeyDocument(key.Id, Hex(key.KeyHash)) { Label = key.Label, CreatedAt = key.CreatedAt })],
            Events = source.AllowedEvents.Count == 0 ? null : [.. source.AllowedEvents.Order(StringComparer.Ordinal)],
            Rate = source.RateLimit,
            RetentionDays = source.RetentionDays,
            FormerNames = source.FormerNames.Count == 0 ? null : source.FormerNames,
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, SourceDocumentJson.Default.SourceDocument);
    }

    public static KeyedSource Read(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Json.Span, SourceDocumentJson.Default.SourceDocument)
            ?? throw new InvalidDataException($"The source document '{document.Id}' is empty.");
        var source = new Source(document.Id, stored.Name)
        {
            AllowedOrigins = stored.Origins ?? [],
            AllowedEvents = (stored.Events ?? []).ToFrozenSet(StringComparer.Ordinal),
            RateLimit = stored.Rate,
            RetentionDays = stored.RetentionDays,
            FormerNames = stored.FormerNames ?? [],
        };
        if (stored.Keys is not { } keys) return new KeyedSource(source, Convert.FromHexString(stored.KeyHash));
        return new KeyedSource(source, [.. keys.Select(key => new WriteKey(key.Id, key.Label, Convert.FromHexString(key.KeyHash), key.CreatedAt))]);
    }

    private static string Hex(ReadOnlyMemory<byte> hash) => Convert.ToHexStringLower(hash.Span);
}
