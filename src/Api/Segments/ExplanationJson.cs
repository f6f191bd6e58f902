using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>Writes explanations as the API shows them.</summary>
internal static class ExplanationJson
{
    public static void Write(Utf8JsonWriter json, (SegmentRecord Segment, Explanation Explanation, Func<SegmentId, string?> NameOf) answer)
    {
        var (segment, explanation, nameOf) = answer;
        json.WriteString("id"u8, explanation.Id.Value);
        json.WriteString("segmentId"u8, segment.Id.Value);
        json.WriteString("name"u8, segment.Name);
        json.WriteString("sentence"u8, SegmentSentence.Of(segment.Definition, nameOf));
        json.WriteInstant("at"u8, explanation.At);
        json.WriteBoolean("isMember"u8, explanation.Since is not null);
        json.WriteInstant("since"u8, explanation.Since);
        json.WriteBoolean("holds"u8, explanation.Root.Holds);
        json.WriteInstant("until"u8, explanation.Root.Until);
        json.WritePropertyName("tree"u8);
        WriteNode(json, explanation.Root, explanation.Evidence, nameOf);
    }

    private static void WriteNode(
        Utf8JsonWriter json, ExplainedNode node, IReadOnlyDictionary<EventCondition, EventEvidence> evidence, Func<SegmentId, string?> nameOf)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, node.Path);
        json.WriteString("kind"u8, KindOf(node.Node));
        json.WriteBoolean("holds"u8, node.Holds);
        json.WriteInstant("until"u8, node.Until);

        // A group's text would repeat that of everything in it.
        if (node.Node is not (AndNode or OrNode or NotNode)) json.WriteString("where"u8, WhereWriter.Text(node.Node));
        if (node.Node is FieldCondition field) WriteActual(json, field.Field, node.Actual);
        if (node.Node is EventCondition condition) WriteEvidence(json, condition, evidence[condition]);
        if (node.Node is SegmentReference reference) json.WriteString("name"u8, nameOf(reference.Segment));
        if (node.Inner.Count > 0 || node.Node is AndNode or OrNode)
        {
            json.WriteStartArray("nodes"u8);
            foreach (var inner in node.Inner) WriteNode(json, inner, evidence, nameOf);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    // A field that can have several values is always a list.
    private static void WriteActual(Utf8JsonWriter json, SegmentField field, IReadOnlyList<JsonElement> values)
    {
        json.WritePropertyName("actual"u8);
        if (field.Kind is FieldKind.AnonymousId or FieldKind.GroupTrait)
        {
            json.WriteStartArray();
            foreach (var value in values) value.WriteTo(json);
            json.WriteEndArray();
        }
        else if (values.Count > 0)
        {
            values[0].WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteEvidence(Utf8JsonWriter json, EventCondition condition, EventEvidence evidence)
    {
        if (condition.Aggregate is not null)
        {
            json.WritePropertyName("actual"u8);
            if (evidence.Value is { } value) json.WriteNumberValue(value / 1.0000000000000000000000000000m);
            else json.WriteNullValue();
        }

        json.WriteNumber("count"u8, evidence.Count);
        json.WriteBoolean("countIsExact"u8, evidence.IsExact);
        json.WriteStartArray("events"u8);
        for (var i = 0; i < evidence.Newest.Count; i++)
        {
            WriteEventStart(json, evidence.Newest[i]);
            if (evidence.Followers.Count > 0)
            {
                json.WriteStartArray("then"u8);
                foreach (var follower in evidence.Followers[i])
                {
                    WriteEventStart(json, follower);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEventStart(Utf8JsonWriter json, StoredEvent stored)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, stored.Id.ToString());
        json.WriteString("name"u8, stored.Event.Name);
        json.WriteInstant("timestamp"u8, stored.Event.Timestamp);
    }

    private static ReadOnlySpan<byte> KindOf(SegmentNode node) => node switch
    {
        AndNode => "and"u8,
        OrNode => "or"u8,
        NotNode => "not"u8,
        FieldCondition => "field"u8,
        EventCondition => "event"u8,
        _ => "segment"u8,
    };
}
