using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Silo.Wire;

/// <summary>Writes a segment's definition, or a part of one, as the API's <c>filter</c>, which says the same without loss.</summary>
internal sealed class DefinitionConverter : JsonConverter<SegmentNode>
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(SegmentNode));

    public override SegmentNode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return FilterReader.ReadTrusted(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, SegmentNode value, JsonSerializerOptions options) => FilterWriter.Write(writer, value);
}
