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

/// <summary>The numbers given to event conditions, by their canonical text.</summary>
internal sealed record ConditionsDocument(int Highest, IReadOnlyDictionary<string, int> Numbers)
{
    public static ConditionsDocument Of(ConditionNumbers numbers) => new(numbers.Highest, numbers.Numbers);

    public ConditionNumbers ToNumbers() => new(Numbers.ToImmutableSortedDictionary(StringComparer.Ordinal), Highest);
}

[JsonSerializable(typeof(SegmentDocument))]
[JsonSerializable(typeof(ConditionsDocument))]
internal sealed partial class SegmentDocumentJson : JsonSerializerContext;
