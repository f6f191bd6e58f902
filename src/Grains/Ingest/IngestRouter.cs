using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Merging;

namespace CdpPipeline.Grains.Ingest;

/// <summary>
/// Takes events to their people: splits a batch into groups that share identifiers, asks the alias cache, sends each group to its
/// identity in one call. Only where a group names more than one person does it go event by event, joining first. What names somebody who was erased
/// goes nowhere.
/// </summary>
public sealed class IngestRouter(IGrains grains, IdentityResolver resolver, AliasCache cache, Joiner joiner, IngestGate gate, ErasureView erasures, ErasureRefresh refresh, TimeProvider clock) : IIngest
{
    private const int AttemptsMax = 32;

    public async Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        using var admitted = gate.Enter(events.Count);
        if (events.Count == 1) return await RouteAsync(events, cancellationToken);
        var groups = EventGroups.Split(events);
        if (groups.Count == 1) return await RouteAsync(events, cancellationToken);
        var outcomes = new IngestOutcome[events.Count];
        var routes = new Task[groups.Count];
        for (var g = 0; g < groups.Count; g++) routes[g] = RouteGroupAsync(events, groups[g], outcomes, cancellationToken);
        await Task.WhenAll(routes);
        return outcomes;
    }

    private async Task RouteGroupAsync(IReadOnlyList<Event> events, List<int> group, IngestOutcome[] outcomes, CancellationToken cancellationToken)
    {
        var own = new Event[group.Count];
        for (var i = 0; i < own.Length; i++) own[i] = events[group[i]];
        IReadOnlyList<IngestOutcome>? answered = null;
        var revision = erasures.Revision;
        if (TryRemembered(own, out var identity) && !HasSuppressed(own))
        {
            // The common case by far: everybody named is known and is one person.
            var answer = await grains.Identity(identity).IngestAsync(new IngestRequest(own, []) { Erasures = revision }, cancellationToken);
            if (answer.Verdict == IngestVerdict.Done) answered = answer.Outcomes;
        }

        answered ??= await RouteAsync(own, cancellationToken);
        for (var i = 0; i < own.Length; i++) outcomes[group[i]] = answered[i];
    }

    private bool TryRemembered(Event[] events, out IdentityId identity)
    {
        identity = default;
        foreach (var e in events)
        {
            if (e.PreviousId is not null) return false;
            for (var k = 0; k < e.Identifiers.Count; k++)
            {
                if (!cache.TryFind(e.Identifiers[k], out var owner) || (identity != default && identity != owner)) return false;
                identity = owner;
            }
        }

        return true;
    }

    private async ValueTask<IReadOnlyList<IngestOutcome>> RouteAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        if (await TryTogetherAsync(events, cancellationToken) is { } together) return together;
        var outcomes = new IngestOutcome[events.Count];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = await RouteOneAsync(events[i], cancellationToken);
        return outcomes;
    }

    /// <summary>One call for all of them, when everything known of their identifiers points at one person or at nobody. Null: it takes a closer look.</summary>
    private async ValueTask<IReadOnlyList<IngestOutcome>?> TryTogetherAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        var revision = erasures.Revision;
        if (HasSuppressed(events)) return null;
        IdentityId? target = null;
        string? user = null;
        HashSet<Identifier>? unowned = null;
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            if (e.PreviousId is not null) return null;
            for (var k = 0; k < e.Identifiers.Count; k++)
            {
                var identifier = e.Identifiers[k];
                if (identifier.Kind == IdentifierKind.UserId && (user ??= identifier.Value) != identifier.Value) return null;

                // What nobody owns is in no cache: the store is asked once, not for each event of a new person.
                if (unowned?.Contains(identifier) == true) continue;
                if (await resolver.FindAsync(identifier, cancellationToken) is not { } owner)
                {
                    if (events.Count > 1) (unowned ??= []).Add(identifier);
                    continue;
                }

                if ((target ??= owner) != owner) return null;
            }
        }

        var (identity, isNew) = target is { } found ? (found, false) : await CreateAsync(events[0], cancellationToken);
        var answer = await grains.Identity(identity).IngestAsync(new IngestRequest(events, []) { IsNew = isNew, Erasures = revision }, cancellationToken);
        if (answer is { Verdict: IngestVerdict.Moved, MovedTo: var survivor } && survivor != identity)
        {
            answer = await grains.Identity(survivor).IngestAsync(new IngestRequest(events, []) { Erasures = revision }, cancellationToken);

            // Not before: what it failed to take is not known to be its.
            if (answer.Verdict == IngestVerdict.Done) RememberAll(events, answer.Outcomes);
        }

        if (answer.Verdict == IngestVerdict.Done)
        {
            if (isNew) Remember(events, answer.Outcomes);
            return answer.Outcomes;
        }

        foreach (var taken in answer.Taken) await resolver.ForgetAsync(taken, cancellationToken);
        return null;
    }

    private async Task<IngestOutcome> RouteOneAsync(Event e, CancellationToken cancellationToken)
    {
        if (erasures.Suppresses(e)) return IngestOutcome.Suppressed;
        if (e.PreviousId is not null) e = await WithPreviousAsync(e, cancellationToken);
        var reason = e.PreviousId is null ? MergeReason.SharedEvent : MergeReason.Alias;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var revision = erasures.Revision;
            if (erasures.Suppresses(e)) return IngestOutcome.Suppressed;
            var owned = await OwnersAsync(e, cancellationToken);
            var route = RouteRules.Plan(e, owned);
            if (route.Merge is { } merge)
            {
                await joiner.JoinAsync(merge.Loser, merge.Survivor, new MergeCause(reason, e.Identifiers, e.MessageId), revision, cancellationToken);
                continue;
            }

            var (target, isNew) = route.Target is { } found ? (found, false) : await CreateAsync(e, cancellationToken);
            var answer = await grains.Identity(target).IngestAsync(new IngestRequest([e], route.Foreign) { IsNew = isNew, Erasures = revision }, cancellationToken);
            if (answer.Verdict == IngestVerdict.Done)
            {
                Remember([e], answer.Outcomes);
                return e.PreviousId is null ? answer.Outcomes[0] : await JoinPreviousAsync(e, answer.Outcomes[0], cancellationToken);
            }

            await LookAgainAsync(e, answer, attempt, cancellationToken);
        }

        throw new OverloadedException("The people named by an event keep changing; try again.");
    }

    private async Task<List<OwnedIdentifier>> OwnersAsync(Event e, CancellationToken cancellationToken)
    {
        var owned = new List<OwnedIdentifier>(e.Identifiers.Count);
        foreach (var identifier in e.Identifiers)
        {
            if (await resolver.DescribeAsync(identifier, cancellationToken) is { } facts) owned.Add(new OwnedIdentifier(identifier, facts));
        }

        return owned;
    }

    private bool HasSuppressed(IReadOnlyList<Event> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (erasures.Suppresses(events[i])) return true;
        }

        return false;
    }

    private async Task LookAgainAsync(Event e, IngestAnswer answer, int attempt, CancellationToken cancellationToken)
    {
        await refresh.ToRevisionAsync(answer.Erasures, cancellationToken);
        foreach (var identifier in answer.Verdict == IngestVerdict.Taken ? answer.Taken : e.Identifiers) await resolver.ForgetAsync(identifier, cancellationToken);
        if (attempt > 2) await Task.Delay(TimeSpan.FromMilliseconds(attempt), clock, cancellationToken);
    }

    /// <summary>A previous id that is nobody's userId is an anonymousId, and then the call simply carries it.</summary>
    private async Task<Event> WithPreviousAsync(Event e, CancellationToken cancellationToken)
    {
        var anonymous = new Identifier(IdentifierKind.AnonymousId, e.PreviousId!);
        if (e.Identifiers.Contains(anonymous) || e.Identifiers.Any(identifier => identifier.Value == e.PreviousId)) return e;
        var user = await resolver.DescribeAsync(new Identifier(IdentifierKind.UserId, e.PreviousId!), cancellationToken);
        return user is null ? e with { Identifiers = [.. e.Identifiers, anonymous] } : e;
    }

    /// <summary>An alias call joins the person it was stored under with whoever is known by the previous id.</summary>
    private async Task<IngestOutcome> JoinPreviousAsync(Event e, IngestOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Status is IngestStatus.Refused or IngestStatus.Suppressed) return outcome;
        var previous = await resolver.DescribeAsync(new Identifier(IdentifierKind.UserId, e.PreviousId!), cancellationToken)
            ?? await resolver.DescribeAsync(new Identifier(IdentifierKind.AnonymousId, e.PreviousId!), cancellationToken);
        if (previous is null || previous.Id == outcome.Identity) return outcome;
        var cause = new MergeCause(MergeReason.Alias, e.Identifiers, e.MessageId);
        var merged = await grains.ExplicitMerges.MergeAsync(outcome.Identity, previous.Id, cause, cancellationToken);
        return outcome with { Identity = merged.Survivor };
    }

    private async ValueTask<(IdentityId Identity, bool IsNew)> CreateAsync(Event e, CancellationToken cancellationToken)
    {
        var proposal = new IdentityId(Guid.CreateVersion7(clock.GetUtcNow()));
        var identity = await resolver.ProposeAsync(e.Identifiers[0], proposal, cancellationToken);
        return (identity, identity == proposal);
    }

    /// <summary>All identifiers of what was stored are its person's now; a duplicate and a refused event give her none.</summary>
    private void RememberAll(IReadOnlyList<Event> events, IReadOnlyList<IngestOutcome> outcomes)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (outcomes[i].Status != IngestStatus.Stored) continue;
            for (var k = 0; k < events[i].Identifiers.Count; k++) cache.Remember(events[i].Identifiers[k], outcomes[i].Identity);
        }
    }

    private void Remember(IReadOnlyList<Event> events, IReadOnlyList<IngestOutcome> outcomes)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (outcomes[i].Status == IngestStatus.Stored) cache.Remember(events[i].Identifiers[0], outcomes[i].Identity);
        }
    }
}
