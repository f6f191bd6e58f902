using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Silo.Wire;

/// <summary>Writes what computes a trait as the API spells it.</summary>
internal sealed class ComputationConverter : JsonConverter<TraitComputation>
{
    public override TraitComputation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return ComputedTraitReader.ReadTrusted(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, TraitComputation value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        ComputedTraitWriter.Write(writer, value);
        writer.WriteEndObject();
    }
}
