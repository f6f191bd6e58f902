using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads what a sequence asks of its events, and what an event is to it.</summary>
internal static class Sequences
{
    public static (EventTest[] Steps, SequenceShape Shape) Compile(EventCondition condition)
    {
        var steps = new List<EventTest> { new(condition.Event, condition.Where) };
        var distances = new List<long>();
        for (var step = condition.Then; step is not null; step = step.Then)
        {
            steps.Add(new EventTest(step.Event, step.Where));
            distances.Add(step.Within?.Micros() ?? SequenceShape.AnyDistance);
        }

        return ([.. steps], new SequenceShape([.. distances]));
    }

    /// <summary>The event in its place, with the steps it matches; none is possible.</summary>
    public static StepItem Read(EventTest[] steps, Event e, EventId id, ref EventProperties properties)
    {
        var time = e.Timestamp.ToMicros();
        byte matched = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].IsNamed(e.Name) && steps[i].Holds(e, ref properties, time)) matched |= (byte)(1 << i);
        }

        return new StepItem(time, e.ReceivedAt.ToMicros(), id.Component, id.Seq, matched);
    }
}
