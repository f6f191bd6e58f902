using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Finds the events behind the event conditions of an explanation in a person's timeline. Reads at most <see cref="EventsMax"/> for all of
/// them and <see cref="EventsPerConditionMax"/> for each, newest first.
/// </summary>
internal sealed class EvidenceSearch(IEventLog log, Person person, DateTimeOffset now)
{
    public const int EventsMax = 10_000;
    public const int EventsPerConditionMax = 2_000;

    /// <summary>Events shown for one condition.</summary>
    public const int ShownMax = 100;

    private const int PageSize = 500;

    private readonly Dictionary<EventCondition, EventEvidence> found = [];
    private int read;

    /// <summary>For each distinct event condition under the node.</summary>
    public async Task<IReadOnlyDictionary<EventCondition, EventEvidence>> FindAsync(ExplainedNode node, CancellationToken cancellationToken)
    {
        if (node.Node is EventCondition condition && !found.ContainsKey(condition))
            found.Add(condition, await FindAsync(condition, node, cancellationToken));
        foreach (var inner in node.Inner) await FindAsync(inner, cancellationToken);
        return found;
    }

    private async Task<EventEvidence> FindAsync(EventCondition condition, ExplainedNode node, CancellationToken cancellationToken)
    {
        var tally = new EventTally(condition, now, ShownMax);
        long[] keys = [.. person.Components.Select(component => component.Key)];
        var query = new TimelineQuery(PageSize) { From = tally.From, To = tally.To, Name = tally.Name };
        for (var mine = 0; mine < EventsPerConditionMax && read < EventsMax;)
        {
            var page = await log.ReadTimelineAsync(keys, query, cancellationToken);
            mine += page.Count;
            read += page.Count;
            foreach (var stored in page)
            {
                // What another activation may have written since is not in what was judged.
                if (stored.Id.Seq <= person.SeqOf(stored.Id.Component)) tally.Add(stored);
            }

            if (page.Count < PageSize) return tally.Complete(isExact: true, node);
            query = query with { Before = TimelinePosition.Of(page[^1]) };
        }

        return tally.Complete(isExact: false, node);
    }
}
