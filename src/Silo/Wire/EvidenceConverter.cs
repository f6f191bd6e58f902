using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Silo.Wire;

/// <summary>Writes the events behind conditions as pairs, since a condition is no name of a JSON member.</summary>
internal sealed class EvidenceConverter : JsonConverter<IReadOnlyDictionary<EventCondition, EventEvidence>>
{
    public override IReadOnlyDictionary<EventCondition, EventEvidence> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<List<Pair>>(ref reader, options)!.ToDictionary(pair => pair.Condition, pair => pair.Evidence);

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<EventCondition, EventEvidence> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Select(each => new Pair(each.Key, each.Value)).ToList(), options);

    internal sealed record Pair(EventCondition Condition, EventEvidence Evidence);
}
