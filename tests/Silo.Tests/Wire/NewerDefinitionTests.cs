using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Silo.Nodes;
using CdpPipeline.Silo.Wire;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CdpPipeline.Silo.Tests.Wire;

/// <summary>A node of a later build sends a definition with a kind of condition that this one does not know.</summary>
public sealed class NewerDefinitionTests
{
    [Fact]
    public void A_message_with_an_unknown_kind_of_condition_is_one_that_is_not_known_and_so_to_be_sent_again()
    {
        var options = new JsonSerializerOptions(MessageJson.Options);
        options.Converters.Insert(0, new LaterConverter());
        using var later = Services(options);
        using var earlier = Services(MessageJson.Options);
        var sent = later.GetRequiredService<Serializer>().SerializeToArray(new SaveSegment(null, "sunny", null, new AndNode([])));

        var fault = Assert.Throws<UnknownMessageException>(() => earlier.GetRequiredService<Serializer>().Deserialize<SaveSegment>(sent));

        Assert.IsType<OperationCanceledException>(new ClusterFaults().Of(fault));
    }

    private static ServiceProvider Services(JsonSerializerOptions json) =>
        new ServiceCollection().AddSerializer().AddMessages().AddSingleton(new MessageCodec(json)).BuildServiceProvider();

    private sealed class LaterConverter : JsonConverter<SegmentNode>
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(SegmentNode));

        public override SegmentNode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("It only sends.");

        public override void Write(Utf8JsonWriter writer, SegmentNode value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("weather", "sunny");
            writer.WriteEndObject();
        }
    }
}
