using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Computes some conditions from a person's whole log, however long, where what is kept cannot decide them: take in the entries of all her
/// components in any order, then look at the person <see cref="Over"/> her windows. To be used for that one look.
/// </summary>
public sealed class LogReplay
{
    private readonly (CompiledEvents Condition, EventGathering Events)[] gatherings;

    internal LogReplay(IEnumerable<CompiledEvents> conditions, long now) =>
        gatherings = [.. conditions.OrderBy(each => each.Number).Select(each => (each, each.Gather(now)))];

    public void Add(EventEntry e)
    {
        if (e.Event.Name is not { } name) return;
        var properties = default(EventProperties);
        try
        {
            foreach (var (condition, events) in gatherings)
            {
                if (condition.Concerns(name)) events.Add(e, ref properties);
            }
        }
        finally
        {
            properties.Dispose();
        }
    }

    /// <summary>The windows with what was computed in its place.</summary>
    public WindowSet Over(WindowSet windows) => windows.With([.. gatherings.Select(each => each.Events.Complete())]);
}
