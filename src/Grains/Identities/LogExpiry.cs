using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Works out what is too old of a person's events, and who she is without them: each component that loses any is folded again from what is left of its log.
/// A component that loses none costs the reading of what is old in it. Changes nothing.
/// </summary>
internal sealed class LogExpiry(IEventLog log, ComponentFold fold)
{
    /// <summary>Her windows must know the catalog, and do afterwards.</summary>
    public async Task<ExpiredPerson> LookAsync(Person person, ExpireRequest request, SegmentCatalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rules = new RetentionRules(request.Sources);
        var gone = new List<ChangeEntry>();
        var (hasMore, keptTo) = (false, 0L);
        var after = person;
        foreach (var component in person.Components)
        {
            var (before, hasLater) = (gone.Count, false);
            var left = new Component(component.Key, component.Id, component.CreatedAt) { Windows = WindowSet.Empty(catalog.HighestCondition) };
            await foreach (var entry in log.ReadAsync(component.Key, afterSeq: 0, cancellationToken))
            {
                // What another activation may have written beyond is not hers, and will be fenced off.
                if (entry.Seq > component.Seq) break;
                if (gone.Count == before && entry is EventEntry { Event: var e } && e.ReceivedAt >= rules.Newest) break;
                var stays = entry is EventEntry stored ? rules.Of(component, stored.Event) : Retained.Always;
                hasLater |= stays == Retained.Yet;
                if (stays == Retained.ForConsent && !hasLater && component.Id == request.Component) keptTo = entry.Seq;
                if (stays == Retained.NoLonger && gone.Count == request.EventsMax) hasMore = true;
                else if (stays == Retained.NoLonger) gone.Add(RetentionRules.Expire((EventEntry)entry, now));
                left = fold.Apply(left, gone.Count > before && gone[^1].Seq == entry.Seq ? gone[^1] : entry, catalog);
            }

            if (gone.Count > before) after = after.With(left);
        }

        return new ExpiredPerson(after, gone, hasMore) { KeptTo = keptTo };
    }
}
