using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Profiles;

/// <summary>Draws the profile that the outside sees from a person's combined components. Pure.</summary>
public static class ProfileView
{
    public static Profile Of(Person person, Timeline timeline, IReadOnlyList<SegmentMembership> segments, ComputedValues computed, DateTimeOffset now)
    {
        var all = person.Combination;
        var events = timeline.Since(now);
        return new Profile
        {
            Id = person.Own.Id,
            CreatedAt = all.CreatedAt,
            Identifiers = all.Identifiers,
            UserId = all.UserId,
            Email = all.Email,
            Phone = all.Phone,
            Traits = Traits(all.Traits.Present, computed),
            ComputedTraits = [.. computed.Values.Where(trait => trait.Value is not null).Select(trait => trait.Key)],
            Groups = [.. all.Groups.All.Select(group => new GroupMembership(group.Key, group.Value.Present))],
            Consents = [.. all.Consents.All.Select(said => new CategoryConsent(said.Key, said.Value.Granted, Instants.FromMicros(said.Value.At)))],
            FirstSeen = all.FirstSeen,
            LastSeen = all.LastSeen,
            EventCount = all.EventCount,
            PageViews = all.PageViews,
            Conversions = all.Conversions,
            Segments = segments,
            MergedIds = [.. person.Components.Skip(1).Select(component => component.Id)],
            Timeline = events,
            Until = Until(events, computed),
        };
    }

    // A computed trait goes before one that was sent by the same name, also while it has no value.
    private static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Traits(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sent, ComputedValues computed)
    {
        if (computed.Values.Count == 0) return sent;
        var traits = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, value) in sent) traits.Add(name, value);
        foreach (var (name, value) in computed.Values)
        {
            if (value is { } present) traits[name] = present;
            else traits.Remove(name);
        }

        return traits;
    }

    private static DateTimeOffset Until(IReadOnlyList<Events.StoredEvent> events, ComputedValues computed)
    {
        var timeline = events.Count == 0 ? DateTimeOffset.MaxValue : events[^1].Event.Timestamp + Timeline.Reach;

        // At the instant itself the trait is another already.
        return computed.Until is { } next && next <= timeline ? next.AddTicks(-1) : timeline;
    }
}
