using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Storage.Rows;

/// <summary>An identity's id as a JSON string.</summary>
internal sealed class IdentityIdConverter : JsonConverter<IdentityId>
{
    public override IdentityId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, IdentityId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
