using System.Text.Json;
using System.Text.Json.Serialization;

namespace CdpPipeline.Silo.Wire;

/// <summary>Writes the public name of something, a UUID with a type of its own, as the UUID.</summary>
internal sealed class NameConverter<T>(Func<T, Guid> valueOf, Func<Guid, T> nameOf) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => nameOf(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(valueOf(value));
}
