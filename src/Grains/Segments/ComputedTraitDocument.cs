using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>A computed trait as it is stored.</summary>
internal sealed record ComputedTraitDocument(string Name, string? Description, JsonElement Computation, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static byte[] Write(ComputedTraitRecord record)
    {
        using var computation = JsonDocument.Parse(record.Trait.Computation.ToText());
        return JsonSerializer.SerializeToUtf8Bytes(
            new ComputedTraitDocument(record.Trait.Name, record.Description, computation.RootElement, record.CreatedAt, record.UpdatedAt),
            ComputedTraitDocumentJson.Default.ComputedTraitDocument);
    }

    public static ComputedTraitRecord Read(string id, ReadOnlyMemory<byte> json)
    {
        var document = JsonSerializer.Deserialize(json.Span, ComputedTraitDocumentJson.Default.ComputedTraitDocument)!;
        var trait = new ComputedTrait(document.Name, ComputedTraitReader.ReadTrusted(document.Computation));
        return new ComputedTraitRecord(new ComputedTraitId(Guid.Parse(id)), trait, document.Description, document.CreatedAt, document.UpdatedAt);
    }
}

[JsonSerializable(typeof(ComputedTraitDocument))]
internal sealed partial class ComputedTraitDocumentJson : JsonSerializerContext;
