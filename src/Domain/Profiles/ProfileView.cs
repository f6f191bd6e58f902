namespace CdpPipeline.Domain.Profiles;

/// <summary>Draws the profile that the outside sees from a person's combined components. Pure.</summary>
public static class ProfileView
{
    public static Profile Of(Person person, Timeline timeline, IReadOnlyList<SegmentMembership> segments, DateTimeOffset now)
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
            Traits = all.Traits.Present,
            Groups = [.. all.Groups.All.Select(group => new GroupMembership(group.Key, group.Value.Present))],
            FirstSeen = all.FirstSeen,
            LastSeen = all.LastSeen,
            EventCount = all.EventCount,
            PageViews = all.PageViews,
            Conversions = all.Conversions,
            Segments = segments,
            MergedIds = [.. person.Components.Skip(1).Select(component => component.Id)],
            Timeline = events,
            TimelineUntil = events.Count == 0 ? DateTimeOffset.MaxValue : events[^1].Event.Timestamp + Timeline.Reach,
        };
    }
}
