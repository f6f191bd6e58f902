using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Writes a tree as the JSON <c>filter</c>, always the same way for equal trees; reading it gives an equal tree. What is so by default is left
/// out (a count of at least one).
/// </summary>
public static class FilterWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(SegmentNode tree)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options)) Write(writer, tree);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The JSON as an element that needs no disposal.</summary>
    public static JsonElement ToElement(SegmentNode tree)
    {
        using var document = JsonDocument.Parse(Text(tree), new JsonDocumentOptions { MaxDepth = SegmentLimits.JsonDepthMax });
        return document.RootElement.Clone();
    }

    public static void Write(Utf8JsonWriter writer, SegmentNode tree)
    {
        writer.WriteStartObject();
        switch (tree)
        {
            case AndNode and:
                WriteList(writer, "and", and.Nodes);
                break;
            case OrNode or:
                WriteList(writer, "or", or.Nodes);
                break;
            case NotNode not:
                writer.WritePropertyName("not");
                Write(writer, not.Node);
                break;
            case FieldCondition field:
                WriteTest(writer, "field", field.Field.ToString(), field.Operator, field.Value);
                break;
            case EventCondition condition:
                EventWriter.Write(writer, condition);
                break;
            case SegmentReference reference:
                writer.WriteString("segment", reference.Segment.ToString());
                break;
            default:
                throw new ArgumentException($"{tree} has no spelling.", nameof(tree));
        }

        writer.WriteEndObject();
    }

    internal static void WriteOperand(Utf8JsonWriter writer, Operand operand)
    {
        switch (operand)
        {
            case TextOperand text:
                writer.WriteStringValue(text.Text);
                break;
            case NumberOperand number:
                number.Number.WriteTo(writer);
                break;
            case TruthOperand truth:
                writer.WriteBooleanValue(truth.Truth);
                break;
            case DateOperand date:
                writer.WriteStringValue(DateText.Of(date.Instant));
                break;
            case RelativeDateOperand date:
                writer.WriteStringValue(DurationText.OfOffset(date.Offset));
                break;
            case DurationOperand duration:
                writer.WriteStringValue(DurationText.Of(duration.Duration));
                break;
            case ListOperand list:
                writer.WriteStartArray();
                foreach (var item in list.Items) WriteOperand(writer, item);
                writer.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"{operand} has no spelling.", nameof(operand));
        }
    }

    private static void WriteList(Utf8JsonWriter writer, string name, ValueList<SegmentNode> nodes)
    {
        writer.WriteStartArray(name);
        foreach (var node in nodes) Write(writer, node);
        writer.WriteEndArray();
    }

    internal static void WriteTest(Utf8JsonWriter writer, string name, string subject, FieldOperator @operator, Operand? value)
    {
        writer.WriteString(name, subject);
        writer.WriteString("operator", @operator.Text());
        if (value is null) return;
        writer.WritePropertyName("value");
        WriteOperand(writer, value);
    }
}
