using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>A segment as it is stored. Documents from before there were membership sets say here whether it was live.</summary>
internal sealed record SegmentDocument(string Name, string? Description, JsonElement Filter, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, bool IsLive = false)
{
    public static byte[] Write(SegmentRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new SegmentDocument(record.Name, record.Description, FilterWriter.ToElement(record.Definition), record.CreatedAt, record.UpdatedAt),
        SegmentDocumentJson.Default.SegmentDocument);

    public static (SegmentRecord Record, bool WasLive) Read(string id, ReadOnlyMemory<byte> json)
    {
        var document = JsonSerializer.Deserialize(json.Span, SegmentDocumentJson.Default.SegmentDocument)!;
        var record = new SegmentRecord(
            new SegmentId(Guid.Parse(id)), document.Name, document.Description, FilterReader.ReadTrusted(document.Filter), document.CreatedAt, document.UpdatedAt);
        return (record, document.IsLive);
    }
}

/// <summary>What windows keep for event conditions. Where a document says nothing of it, all is kept anew, under numbers above the highest.</summary>
internal sealed record ConditionsDocument(int Highest, IReadOnlyDictionary<string, Keeping>? Kept)
{
    public static ConditionsDocument Of(ConditionNumbers numbers) => new(numbers.Highest, numbers.Kept);

    public ConditionNumbers ToNumbers() => ConditionNumbers.None with
    {
        Kept = Kept?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ConditionNumbers.None.Kept,
        Highest = Highest,
    };
}

[JsonSourceGenerationOptions(MaxDepth = SegmentLimits.JsonDepthMax)]
[JsonSerializable(typeof(SegmentDocument))]
[JsonSerializable(typeof(ConditionsDocument))]
internal sealed partial class SegmentDocumentJson : JsonSerializerContext;
