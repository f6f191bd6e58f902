using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Silo.Wire;

/// <summary>
/// How messages are written between nodes: JSON, members by name. A member that a reader does not know is skipped and one that is missing has its
/// default, so nodes of two builds that differ by an added member understand each other. Definitions are spelt as in the API.
/// </summary>
internal static class MessageJson
{
    public static readonly JsonSerializerOptions Options = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            // Nobody puts these messages into a page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = true,
            MaxDepth = 256,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Forgive } },
        };
        options.Converters.Add(new NameConverter<IdentityId>(static id => id.Value, static value => new IdentityId(value)));
        options.Converters.Add(new NameConverter<SegmentId>(static id => id.Value, static value => new SegmentId(value)));
        options.Converters.Add(new NameConverter<ComputedTraitId>(static id => id.Value, static value => new ComputedTraitId(value)));
        options.Converters.Add(new DefinitionConverter());
        options.Converters.Add(new ComputationConverter());
        options.Converters.Add(new EvidenceConverter());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>What is required of code that makes a message cannot be required of an older node that sends one.</summary>
    private static void Forgive(JsonTypeInfo type)
    {
        foreach (var property in type.Properties) property.IsRequired = false;
    }
}
