using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Storage.Rows;

/// <summary>An identifier as a JSON string: its kind's name, a colon, its value.</summary>
internal sealed class IdentifierConverter : JsonConverter<Identifier>
{
    public override Identifier Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? throw new JsonException("An identifier must be a string.");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Identifier.KindOf(text[..colon]) is { } kind
            ? new Identifier(kind, text[(colon + 1)..])
            : throw new JsonException("An identifier must begin with its kind and a colon.");
    }

    public override void Write(Utf8JsonWriter writer, Identifier value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
