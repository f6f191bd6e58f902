using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

public sealed partial class IdentityGrain
{
    public async ValueTask<ProfileAnswer> ProfileAsync(CancellationToken cancellationToken)
    {
        var now = services.Clock.GetUtcNow();
        var catalog = services.Catalogs.Current;
        if (profile is { } drawn && drawn.Until >= now && drawn.CatalogVersion == catalog.Version)
        {
            wasRead = true;
            return new ProfileAnswer(drawn, null);
        }

        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } person) return default;
        if (person.Own.MergedInto is { } survivor) return new ProfileAnswer(null, survivor);
        var newest = timeline ?? new Timeline(await services.Log.ReadTimelineAsync(
            Keys(person), new TimelineQuery(Timeline.EventsMax) { From = now - Timeline.Reach }, cancellationToken));
        if (catalog.Traits.Count > 0)
        {
            person = await services.Loader.CatchUpAsync(person, catalog, cancellationToken);
            memory = current with { Person = person };
        }

        var computed = await services.Judge.TraitsAsync(catalog, person, now, cancellationToken);
        SegmentMembership[] segments = [.. current.Memberships.Memberships.Select(pair => new SegmentMembership(pair.Key, pair.Value))];
        drawn = ProfileView.Of(person, newest, segments, computed, now) with { CatalogVersion = catalog.Version };
        (timeline, profile) = (newest, drawn);
        services.Drawn.Keep(this, newest.Count);
        return new ProfileAnswer(drawn, null);
    }

    public async Task<ProfileAnswer> ProfileAtAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } person) return default;
        if (person.Own.MergedInto is { } survivor) return new ProfileAnswer(null, survivor);
        var catalog = services.Catalogs.Current;
        var replay = catalog.Replay(catalog.Traits.Numbers, at);
        var then = new List<Component>();
        foreach (var component in PartsBy(person, person.Own, at)) then.Add(await FoldUntilAsync(component, at, replay, cancellationToken));
        var whole = new Person([.. then]);
        var computed = catalog.Traits.Of(replay.Over(WindowSet.Empty(catalog.HighestCondition)), whole, at);

        var events = await services.Log.ReadTimelineAsync(
            [.. then.Select(component => component.Key)],
            new TimelineQuery(Timeline.EventsMax) { From = at - Timeline.Reach, To = at },
            cancellationToken);
        return new ProfileAnswer(ProfileView.Of(whole, new Timeline(events), [], computed, at), null);
    }

    public async Task<EventsAnswer> EventsAsync(TimelineQuery query, CancellationToken cancellationToken)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } person) return default;
        if (person.Own.MergedInto is { } survivor) return new EventsAnswer(null, survivor);
        return new EventsAnswer(await services.Log.ReadTimelineAsync(Keys(person), query, cancellationToken), null);
    }

    public async Task<MergesAnswer> MergesAsync(CancellationToken cancellationToken)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } person) return default;
        return person.Own.MergedInto is { } survivor ? new MergesAnswer(null, survivor) : new MergesAnswer(person.History, null);
    }

    private static long[] Keys(Person person) => [.. person.Components.Select(component => component.Key)];

    /// <summary>A component, and those that had come to it by an instant, itself or through others.</summary>
    private static IEnumerable<Component> PartsBy(Person person, Component component, DateTimeOffset at) =>
        component.Merges
            .Where(merge => merge.UndoneAt is null && merge.At <= at)
            .SelectMany(merge => PartsBy(person, person.Find(merge.MergedKey), at))
            .Prepend(component);

    /// <summary>The component as its events up to the instant make it; the replay takes them in.</summary>
    private async Task<Component> FoldUntilAsync(Component component, DateTimeOffset at, LogReplay replay, CancellationToken cancellationToken)
    {
        var then = new Component(component.Key, component.Id, component.CreatedAt);
        await foreach (var entry in services.Log.ReadAsync(component.Key, afterSeq: 0, cancellationToken))
        {
            if (entry.At > at) continue;
            then = services.Fold.Apply(then, entry, SegmentCatalog.Empty);
            if (entry is EventEntry arrived) replay.Add(arrived);
        }

        return then;
    }
}
