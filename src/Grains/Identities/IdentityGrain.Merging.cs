using CdpPipeline.Domain.Log;
using System.Diagnostics.Metrics;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

public sealed partial class IdentityGrain
{
    public Task<MergeAnswer> MergeIntoAsync(MergeRequest request, CancellationToken cancellationToken) => ByCatalogAsync(() => ChangeAsync(
        current =>
        {
            var (person, now) = (current.Person!, services.Clock.GetUtcNow().Whole());
            if (request.Erasures < erasures || services.Erasures.IsErased(request.Survivor.Id)) return ValueTask.FromResult<Turn?>(null);
            if (GraphRules.MergeInto(person, request.Survivor, request.Cause, now) is not { } entry) return ValueTask.FromResult<Turn?>(null);
            var catalog = services.Catalogs.Current;
            var own = services.Fold.Apply(person.Own, entry, catalog);

            // The membership rows stay until the survivor takes her in: a person is never missed meanwhile.
            return ValueTask.FromResult<Turn?>(new Turn(new Person(own), [entry], new EvaluationResult(MembershipState.None, [], []), now)
            {
                Pointers = [new PointerChange(own.Key, request.Survivor.Id, IsPending: true)],
                IsDueExact = true,
                Erasures = request.Erasures,
            });
        },
        cancellationToken,
        isDone: current => current.Person?.Own.MergedInto == request.Survivor.Id));

    public Task<MergeAnswer> AbsorbAsync(IdentityId loser, CancellationToken cancellationToken) => ByCatalogAsync(() => AbsorbOnceAsync(loser, cancellationToken));

    public Task<MergeAnswer> ReleaseAsync(IdentityId component, CancellationToken cancellationToken) => ByCatalogAsync(() => ReleaseOnceAsync(component, cancellationToken));

    /// <summary>Tries again where what was decided by was an older catalog than is in force: each time by a newer one, so no longer than somebody goes on saving.</summary>
    private static async Task<MergeAnswer> ByCatalogAsync(Func<Task<MergeAnswer?>> change)
    {
        while (true)
        {
            if (await change() is { } answer) return answer;
        }
    }

    private async Task<MergeAnswer?> AbsorbOnceAsync(IdentityId loser, CancellationToken cancellationToken)
    {
        if ((memory ?? await LoadAsync(cancellationToken)).Person is not { Own.MergedInto: null } before) return await WhereToAsync(cancellationToken);
        if (before.Find(loser) is not null) return new MergeAnswer(MergeVerdict.Done);
        var catalog = services.Catalogs.Current;
        if (await services.Loader.LoadMergedAsync(loser, catalog, cancellationToken) is not var (absorbed, memberships)) return new MergeAnswer(MergeVerdict.Unknown);
        var caughtUp = await services.Loader.CatchUpAsync(before.Absorb(absorbed), catalog, cancellationToken);
        return await ChangeAsync(
            async current =>
            {
                var now = services.Clock.GetUtcNow().Whole();
                if (GraphRules.Absorb(current.Person!, absorbed[0], now) is not { } entry) return null;
                var parent = services.Fold.Apply(caughtUp.Find(entry.Component), entry, catalog);
                var person = caughtUp.With(parent);
                var joining = new JoiningMemberships(current.Memberships, memberships);
                var judged = await services.Judge.EvaluateAsync(catalog, joining.Together, person, PersonChange.Everything, [], now, cancellationToken);
                return new Turn(person, [entry], judged, now)
                {
                    Pointers = [new PointerChange(absorbed[0].Key, absorbed[0].MergedInto, IsPending: false)],
                    OtherMemberships = joining.Changes(judged, current.Person!.Own.Key, absorbed[0].Key, now),
                    Cause = MembershipCause.Merge,
                    Catalog = catalog.Version,
                };
            },
            cancellationToken,
            isDone: current => current.Person?.Find(loser) is not null,
            services.Metrics.MergesJoined);
    }

    private async Task<MergeAnswer?> ReleaseOnceAsync(IdentityId component, CancellationToken cancellationToken)
    {
        if ((memory ?? await LoadAsync(cancellationToken)).Person is not { Own.MergedInto: null } before) return await WhereToAsync(cancellationToken);
        var catalog = services.Catalogs.Current;
        var caughtUp = await services.Loader.CatchUpAsync(before, catalog, cancellationToken);
        return await ChangeAsync(
            async current =>
            {
                var now = services.Clock.GetUtcNow().Whole();
                var entries = GraphRules.Release(caughtUp, component, now);
                if (entries.Count == 0) return null;
                var leaving = caughtUp.SubtreeOf(caughtUp.Find(component)!);
                var after = entries.Aggregate(caughtUp, (person, entry) => person.With(services.Fold.Apply(person.Find(entry.Component), entry, catalog)));
                var freed = new Person([.. leaving.Select(gone => after.Find(gone.Key))]);
                var rest = after.Release(leaving);

                // She keeps instants that were given to the whole, and must not give them again.
                var entry = services.Entries.Next(after.NextEntry(now));
                var judgedFreed = await services.Judge.EvaluateAsync(catalog, current.Memberships, freed, PersonChange.Everything, [], now, cancellationToken);
                var judged = await services.Judge.EvaluateAsync(catalog, current.Memberships, rest, PersonChange.Everything, [], now, cancellationToken);
                return new Turn(rest, [.. entries, new ChangeEntry(freed.Own.Key, freed.Own.Seq + 1, entry, new Judged())], judged, now)
                {
                    Pointers = [new PointerChange(freed.Own.Key, null, IsPending: false)],
                    OtherMemberships = FreedMemberships(current.Memberships, judgedFreed, freed.Own.Key, now, entry),
                    Cause = MembershipCause.Undo,
                    Catalog = catalog.Version,
                    OtherDue = [new DueChange(freed.Own.Key, judgedFreed.Due)],
                };
            },
            cancellationToken,
            counter: services.Metrics.MergesUndone);
    }

    /// <summary>Decides a change of the graph and persists it. A null turn: refused. Null: it was decided by an older catalog than is in force.</summary>
    private async Task<MergeAnswer?> ChangeAsync(
        Func<IdentityMemory, ValueTask<Turn?>> decide, CancellationToken cancellationToken, Func<IdentityMemory, bool>? isDone = null, Counter<long>? counter = null)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is null) return new MergeAnswer(MergeVerdict.Unknown);
        if (isDone?.Invoke(current) == true) return new MergeAnswer(MergeVerdict.Done);
        if (current.Person.Own.MergedInto is { } survivor) return new MergeAnswer(MergeVerdict.Moved, survivor);
        if (await decide(current) is not { } turn) return new MergeAnswer(MergeVerdict.Refused);
        switch (await AppendAsync(current, turn))
        {
            case Committed:
                timeline = null;
                profile = null;
                counter?.Add(1);
                return new MergeAnswer(MergeVerdict.Done);
            case OldCatalog or OldErasures:
                return null;
            default:
                Forget();
                throw new OverloadedException("Another activation of the identity was faster; try again.");
        }
    }

    /// <summary>
    /// Who was a member as part of the whole, and still is, keeps the instant at which it became one; nothing is told of that. Who no longer is
    /// leaves, although the row was the whole's.
    /// </summary>
    private IReadOnlyList<MembershipChange> FreedMemberships(MembershipState whole, EvaluationResult judged, long freed, DateTimeOffset now, DateTimeOffset entry)
    {
        var news = new MembershipNews(now, MembershipCause.Undo);
        var state = judged.With(services.Changes.Instants(whole, judged, entry, isOther: true)).State;
        return
        [
            .. state.Memberships.Select(each => new MembershipChange(each.Key, freed, each.Value) { News = judged.Entered.Contains(each.Key) ? news : null }),
            .. judged.Left.Select(set => new MembershipChange(set, freed, Since: null) { News = news, WasSince = whole.Since(set) }),
        ];
    }

    private async Task<MergeAnswer> WhereToAsync(CancellationToken cancellationToken) =>
        (memory ?? await LoadAsync(cancellationToken)).Person?.Own.MergedInto is { } survivor
            ? new MergeAnswer(MergeVerdict.Moved, survivor)
            : new MergeAnswer(MergeVerdict.Unknown);
}
