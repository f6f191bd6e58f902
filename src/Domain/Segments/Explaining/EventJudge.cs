using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>Says of single events whether a condition counts them, whenever they were. The judgement is the compiled condition's own. Pure.</summary>
public sealed class EventJudge(EventCondition condition)
{
    private readonly CompiledCount compiled = new(condition, number: 0);

    public bool Counts(Event e) => e.Name is { } name && (condition.Event == EventCondition.AnyEvent || condition.Event == name) && compiled.Matches(e);
}
