using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>Writes computations as JSON members, always the same way for equal ones; reading them gives an equal one.</summary>
public static class ComputedTraitWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(TraitComputation computation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            Write(writer, computation);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The members, into an object that is open.</summary>
    public static void Write(Utf8JsonWriter writer, TraitComputation computation)
    {
        writer.WriteString("fn", computation.Function.Text());
        if (computation.Property is { } property) writer.WriteString("property", property.ToString());
        EventWriter.Write(writer, computation.Events);
    }
}
