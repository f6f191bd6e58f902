using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>
/// Several callers at the same time, about the same few people: events (again and again, as clients retry), merges, undos, grains let go. The
/// order is anybody's guess, so what is checked is what must hold in every order.
/// </summary>
internal sealed class Crowd(Lane lane, int seed, CancellationToken cancellationToken)
{
    private readonly Random random = new(seed);
    private readonly Histories histories = new(new Random(~seed));
    private readonly string prefix = lane.NextPrefix();
    private readonly DateTimeOffset start = lane.Clock.Now;
    private readonly HashSet<string> acknowledged = [];
    private readonly HashSet<string> storedOnce = [];
    private bool hasUndo;
    private long afterKey;
    private IReadOnlyList<Draft> drafts = [];

    /// <summary>
    /// A second process on the same store, to which every other sender goes until it fails. What only one grain of a cluster may do is left to the first:
    /// explicit merges, and undos there are none.
    /// </summary>
    public House? Second { get; init; }

    /// <summary>
    /// For how long events of <c>site</c> and <c>app</c> are kept: what arrived before that is removed beside all this, and what came in an earlier run is sent again.
    /// </summary>
    public TimeSpan? KeptFor { get; init; }

    /// <summary>The processes that remove them beside the callers; left out: the first. They rest for as long as the clock moves while they work.</summary>
    public IReadOnlyList<House>? SweepersAt { get; set; }

    /// <summary>Who they turned out to be, as their events make them.</summary>
    public IReadOnlyDictionary<IdentityId, ReferencePerson> People { get; private set; } = new Dictionary<IdentityId, ReferencePerson>();

    /// <summary>Lets them come, more of them each time, with something else going on beside.</summary>
    public async Task RunAsync(Func<Task>? beside = null, bool restarts = true)
    {
        if (afterKey == 0) afterKey = await lane.House.Log.NewKeyAsync(cancellationToken);
        hasUndo |= Second is null && random.Next(2) == 0;
        var fresh = histories.Drafts(random.Next(10, 60), among: random.Next(1, 5)).Select(draft => draft with { MessageId = $"{drafts.Count}-{draft.MessageId}" }).ToList();
        drafts = [.. drafts, .. fresh];
        var callers = new List<Func<Task>>();
        for (var i = random.Next(2, 9); i > 0; i--) callers.Add(Sender(KeptFor is null ? fresh : drafts, random.Next(), i % 2 == 0 ? Second : null));
        if (random.Next(2) == 0) callers.Add(Joiner([.. Enumerable.Range(0, 6).Select(_ => histories.Join())]));
        if (hasUndo) callers.Add(Undoer(drafts, random.Next()));
        if (random.Next(2) == 0) callers.Add(() => LetGoAsync(times: 4));
        if (beside is not null) callers.Add(beside);
        if (KeptFor is not null) callers.AddRange((SweepersAt ?? [lane.House]).Select(house => (Func<Task>)(() => ExpireAsync(house, times: 6))));
        await Task.WhenAll(callers.Select(caller => Task.Run(caller, cancellationToken)));

        if (Second is not null) await MeetAgainAsync();
        await ExpireAsync(lane.House, times: 1);
        await CheckAsync(drafts);
        if (!restarts) return;
        await lane.RestartAsync(isCrash: random.Next(2) == 0, cancellationToken);
        await CheckAsync(drafts);
    }

    /// <summary>Sends every event once, in batches, in an order of its own; an answer that is no answer is asked for again.</summary>
    private Func<Task> Sender(IReadOnlyList<Draft> drafts, int ownSeed, House? to) => async () =>
    {
        var own = new Random(ownSeed);
        var order = drafts.Where(draft => to is null || draft.Type != EventType.Alias).ToArray();
        own.Shuffle(order);
        for (var at = 0; at < order.Length;)
        {
            var batch = order[at..Math.Min(order.Length, at + own.Next(1, 5))];
            at += batch.Length;
            var events = batch.Select(draft => draft.ToEvent(prefix, start, lane.Clock.Now)).ToList();
            IReadOnlyList<IngestOutcome> outcomes;
            try
            {
                outcomes = await PatientlyAsync(() => (to ?? lane.House).Ingest.IngestAsync(events, cancellationToken));
            }
            catch (StoreUnavailableException) when (to is not null)
            {
                // Whether it was stored nobody can say, so it is sent again under the same messageIds.
                to = null;
                outcomes = await PatientlyAsync(() => lane.House.Ingest.IngestAsync(events, cancellationToken));
            }

            if (outcomes.Any(outcome => outcome.Status == IngestStatus.Refused)) throw new ModelMismatchException("An event was refused.");
            lock (acknowledged)
            {
                acknowledged.UnionWith(events.Select(e => e.MessageId!));
                foreach (var (e, outcome) in events.Zip(outcomes))
                {
                    if (outcome.Status == IngestStatus.Stored) Expect(storedOnce.Add(e.MessageId!) || Second is not null, $"{e.MessageId} was stored twice.");
                }
            }
        }
    };

    private Func<Task> Joiner(IReadOnlyList<Join> joins) => async () =>
    {
        foreach (var join in joins)
        {
            var one = await lane.House.Resolver.DescribeAsync(join.Preferred.Under(prefix), cancellationToken);
            var other = await lane.House.Resolver.DescribeAsync(join.Other.Under(prefix), cancellationToken);
            if (one is null || other is null) continue;
            await PatientlyAsync(() => lane.House.Grains.ExplicitMerges.MergeAsync(one.Id, other.Id, new MergeCause(MergeReason.Request, [], null), cancellationToken));
        }
    };

    private Func<Task> Undoer(IReadOnlyList<Draft> drafts, int ownSeed) => async () =>
    {
        var own = new Random(ownSeed);
        for (var i = 0; i < 8; i++)
        {
            var identifier = drafts[own.Next(drafts.Count)].Identifiers[0].Under(prefix);
            if (await lane.House.Resolver.DescribeAsync(identifier, cancellationToken) is not { Components.Count: > 1 } facts) continue;
            var part = facts.Components[own.Next(1, facts.Components.Count)];
            await PatientlyAsync(() => lane.House.Grains.Identity(facts.Id).ReleaseAsync(part, cancellationToken));
            await lane.House.Grains.Identity(part).RefreshAsync(cancellationToken);
        }
    };

    /// <summary>What one of two remembers may have been overtaken by the other, which only its next write would show.</summary>
    private async Task MeetAgainAsync()
    {
        lane.House.Grains.Stop();
        await lane.House.Recovery.CompleteAsync(cancellationToken);
        lane.House.Grains.Stop();
    }

    private async Task ExpireAsync(House house, int times)
    {
        if (KeptFor is not { } kept) return;
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
            var before = lane.Clock.Now - kept;
            await house.Retention.SweepAsync([new SourceCutoff("site", before), new SourceCutoff("app", before)], afterKey, cancellationToken);
        }
    }

    private async Task LetGoAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
            lane.House.Grains.Stop();
            Second?.Grains.Stop();
        }
    }

    private static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (OverloadedException) when (attempt < 20)
            {
                await Task.Yield();
            }
        }
    }

    private async Task CheckAsync(IReadOnlyList<Draft> drafts)
    {
        var house = lane.House;
        await house.WakeDueAsync(lane.Clock.Now, cancellationToken);
        var comparison = new Comparison(house, lane.Clock.Now, random);
        var listed = await comparison.ListAsync(afterKey, cancellationToken);
        var people = new Dictionary<IdentityId, ReferencePerson>();
        var rootOf = new Dictionary<Identifier, IdentityId>();
        var messages = new List<string>();
        var users = new HashSet<IdentityId>();
        foreach (var root in listed)
        {
            var (person, hasUser) = await PersonAsync(comparison, root.Id, root.Key);
            people.Add(root.Id, person);
            if (hasUser) users.Add(root.Id);
            await comparison.CompareAsync(root.Id, person, cancellationToken);
            messages.AddRange(person.Events.Select(stored => stored.MessageId));
            foreach (var linked in person.Identifiers) rootOf.Add(linked.Identifier, root.Id);
        }

        People = people;
        await comparison.CompareMembersAsync(people, afterKey, cancellationToken);
        var lost = acknowledged.Except(messages).ToHashSet();
        Expect(messages.Count + lost.Count == acknowledged.Count && lost.IsSubsetOf(drafts.Where(draft => KeptFor is not null && draft.Name is not null && draft.Source != "model").Select(draft => draft.MessageId!)), $"Acknowledged {acknowledged.Count} events, stored {messages.Count}.");
        Expect(drafts.SelectMany(draft => draft.Identifiers).All(identifier => rootOf.ContainsKey(identifier.Under(prefix))), "An identifier that was sent is nobody's.");
        foreach (var (identifier, root) in rootOf)
            Expect((await house.Resolver.DescribeAsync(identifier, cancellationToken))?.Id == root, $"{identifier} does not lead to {root}.");
        Expect(await house.Index.PendingMergesAsync(10, cancellationToken) is { Count: 0 }, "A merge is still pending.");
        if (hasUndo) return;
        foreach (var (root, person) in people)
        {
            foreach (var other in person.Events.SelectMany(stored => stored.Event.Identifiers).Select(identifier => rootOf[identifier]).Where(other => other != root).Distinct())
                Expect(users.Contains(root) && users.Contains(other), $"{root} and {other} were named together and are not one.");
        }
    }

    /// <summary>A person as her own events make her, after checking that they lie where they belong.</summary>
    private async Task<(ReferencePerson Person, bool HasUser)> PersonAsync(Comparison comparison, IdentityId root, long rootKey)
    {
        var grain = lane.House.Grains.Identity(root);
        var profile = (await grain.ProfileAsync(cancellationToken)).Profile!;
        var merges = (await grain.MergesAsync(cancellationToken)).History!.Merges.Where(merge => merge.UndoneAt is null).ToList();
        var keys = merges.ToDictionary(merge => merge.Merged, merge => merge.MergedKey);
        keys.Add(root, rootKey);
        Expect(keys.Keys.Order().SequenceEqual(profile.MergedIds.Append(root).Order()), "The merge history does not say who is merged.");
        var events = await comparison.TimelineAsync(root, new(50), cancellationToken);
        Expect(
            KeptFor is not { } kept || events.TrueForAll(stored => stored.Event is { Name: null } or { Source: "model" } || stored.Event.ReceivedAt >= lane.Clock.Now - kept || !stored.Event.Context.IsEmpty),
            $"An event of {root} is too old to be there.");
        var owned = new List<(Identifier, IReadOnlyList<StoredEvent>)>();
        foreach (var linked in profile.Identifiers)
        {
            var owner = await lane.House.Index.FindOwnerAsync(linked.Identifier, cancellationToken);
            Expect(owner is not null && keys.ContainsKey(owner.Value), $"{linked.Identifier} is shown by {root} and owned by {owner}.");
            owned.Add((linked.Identifier, [.. events.FindAll(stored => stored.Id.Component == keys[owner!.Value]), .. await RemovedClaims.OfAsync(lane.House.Log, keys[owner!.Value], cancellationToken)]));
            Expect(
                events.Where(stored => stored.Event.Identifiers[0] == linked.Identifier).All(stored => stored.Id.Component == keys[owner!.Value]),
                $"An event of {linked.Identifier} does not lie with its owner {owner}.");
        }

        var userIds = profile.Identifiers.Count(linked => linked.Identifier.Kind == IdentifierKind.UserId);
        Expect(userIds <= 1 || merges.Exists(merge => merge.Cause.IsExplicit), $"{root} has {userIds} userIds and nobody asked for it.");
        return (new ReferencePerson(events, owned), userIds > 0);
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition) throw new ModelMismatchException(otherwise);
    }
}
