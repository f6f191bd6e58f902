using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.ComputedTraits;

/// <summary>Writes computed traits as the API shows them.</summary>
internal static class ComputedTraitJson
{
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<ComputedTraitRecord> traits)
    {
        json.WriteStartArray("computedTraits"u8);
        foreach (var trait in traits)
        {
            json.WriteStartObject();
            Write(json, trait);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, ComputedTraitRecord record)
    {
        json.WriteString("id"u8, record.Id.Value);
        json.WriteString("name"u8, record.Trait.Name);
        json.WriteString("description"u8, record.Description);
        ComputedTraitWriter.Write(json, record.Trait.Computation);
        json.WriteString("status"u8, record.IsLive ? "live"u8 : "backfilling"u8);
        json.WriteInstant("createdAt"u8, record.CreatedAt);
        json.WriteInstant("updatedAt"u8, record.UpdatedAt);
    }
}
