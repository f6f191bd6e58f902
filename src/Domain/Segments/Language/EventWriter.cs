using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Writes the members of an event condition, in one order and without what is so by default.</summary>
internal static class EventWriter
{
    public static void Write(Utf8JsonWriter writer, EventCondition condition)
    {
        WriteEvent(writer, condition.Event, condition.Where);
        if (condition.Aggregate is { } aggregate) WriteAggregate(writer, aggregate);
        else if (condition.Count != EventCount.AtLeastOnce) WriteCount(writer, condition.Count);
        if (condition.Within is { } within) writer.WriteString("within", DurationText.Of(within));
        if (condition.Between is { } between)
        {
            writer.WriteStartObject("between");
            writer.WriteString("from", DurationText.Of(between.From));
            writer.WriteString("to", DurationText.Of(between.To));
            writer.WriteEndObject();
        }

        if (condition.Then is { } then) WriteStep(writer, then);
    }

    private static void WriteStep(Utf8JsonWriter writer, SequenceStep step)
    {
        writer.WriteStartObject("then");
        WriteEvent(writer, step.Event, step.Where);
        if (step.Within is { } within) writer.WriteString("within", DurationText.Of(within));
        if (step.Then is { } then) WriteStep(writer, then);
        writer.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter writer, string name, ValueList<PropertyCondition> where)
    {
        writer.WriteString("event", name);
        if (where.Count == 0) return;
        writer.WriteStartArray("where");
        foreach (var test in where)
        {
            writer.WriteStartObject();
            FilterWriter.WriteTest(writer, "property", test.Property.ToString(), test.Operator, test.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCount(Utf8JsonWriter writer, EventCount count)
    {
        writer.WriteStartObject("count");
        writer.WriteString("operator", ((FieldOperator)count.Operator).Text());
        writer.WriteNumber("value", count.Number);
        writer.WriteEndObject();
    }

    private static void WriteAggregate(Utf8JsonWriter writer, EventAggregate aggregate)
    {
        writer.WriteStartObject("aggregate");
        writer.WriteString("fn", AggregateText.Of(aggregate.Function));
        writer.WriteString("property", aggregate.Property.ToString());
        writer.WriteString("operator", ((FieldOperator)aggregate.Operator).Text());
        writer.WriteNumber("value", AggregateText.Normal(aggregate.Value));
        writer.WriteEndObject();
    }
}
