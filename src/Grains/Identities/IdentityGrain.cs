using System.Runtime.CompilerServices;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// One person. Every turn: decide purely → persist → apply. Memory is replaced only after the append is durable; when the outcome
/// is unknown it is forgotten and loaded again. The host runs one turn at a time.
/// </summary>
public sealed partial class IdentityGrain(IdentityId id, IdentityServices services) : IIdentityGrain
{
    private const int AttemptsMax = 8;

    private IdentityMemory? remembered;
    private long erasures;
    private Timeline? timeline;
    private Profile? profile;
    private bool wasRead;

    /// <summary>Whether <see cref="DrawnProfiles"/> knows the grain, and with how many events. Only it may touch these.</summary>
    internal bool IsKept { get; set; }

    internal int EventsKept { get; set; }

    /// <summary>Nobody once she is erased. By asking, the turn takes on the revision by which she is not.</summary>
    private IdentityMemory? memory
    {
        get
        {
            erasures = services.Erasures.Revision;
            return services.Erasures.IsErased(id) ? IdentityMemory.Nobody : remembered;
        }
        set => remembered = value;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IngestAnswer> IngestAsync(IngestRequest request, CancellationToken cancellationToken)
    {
        if (request.IsNew) memory ??= IdentityMemory.Nobody;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var catalog = services.Catalogs.Current;
            var current = memory ?? await LoadAsync(cancellationToken);
            if (current.Person?.Own.MergedInto is { } survivor) return new IngestAnswer(IngestVerdict.Moved) { MovedTo = survivor };
            if (request.Erasures < erasures || services.Erasures.IsErased(id)) return new IngestAnswer(IngestVerdict.Erased) { Erasures = erasures };
            var now = services.Clock.GetUtcNow();
            var person = current.Person is { } existing
                ? await services.Loader.CatchUpAsync(existing, catalog, cancellationToken)
                : new Person(new Component(await services.Log.NewKeyAsync(cancellationToken), id, now.Whole()) { Windows = WindowSet.Empty(catalog.HighestCondition) });
            var known = await services.Messages.LookAsync(person, request.Events, cancellationToken);
            var decision = services.Ingest.Decide(person, request.Events, request.Foreign, known, catalog, now);
            if (decision.IsOtherUser) return Elsewhere(new IngestAnswer(IngestVerdict.OtherUserId));
            if (decision.Entries.Count == 0) return Answer(decision);

            var change = catalog.Segments.Count == 0 ? default : PersonChanges.Of(decision.Entries);
            var judged = await services.Judge.EvaluateAsync(catalog, current.Memberships, decision.Person, change, decision.Entries, now, cancellationToken);
            switch (await AppendAsync(current, new Turn(decision.Person, decision.Entries, judged, now) { Catalog = catalog.Version, Erasures = request.Erasures }))
            {
                case Committed:
                    Apply(decision.Entries);
                    if (services.Catalogs.Current.Version != catalog.Version) await ReevaluateAsync(catalog.Version, cancellationToken);
                    return Answer(decision);
                case IdentifiersTaken taken:
                    return Elsewhere(new IngestAnswer(IngestVerdict.Taken) { Taken = taken.Identifiers });
                case OldCatalog or OldErasures:
                    // Each time there is a newer one, so this lasts no longer than somebody goes on saving or erasing.
                    attempt--;
                    break;
                default:
                    Forget();
                    break;
            }
        }

        throw new OverloadedException("The identity keeps changing under the append; try again.");
    }

    public async ValueTask<DescribeAnswer> DescribeAsync(CancellationToken cancellationToken)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        return current.Person is { } person
            ? person.Own.MergedInto is { } survivor ? new DescribeAnswer(null, survivor) : new DescribeAnswer(person.Facts, null)
            : default;
    }

    public Task RefreshAsync(CancellationToken cancellationToken)
    {
        Forget();
        return Task.CompletedTask;
    }

    public async Task ReevaluateAsync(long catalogVersion, CancellationToken cancellationToken)
    {
        // By an older one nothing might change, and where nothing is written the store has nothing to refuse.
        await services.Refresh.ToVersionAsync(catalogVersion, cancellationToken);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var catalog = services.Catalogs.Current;
            var current = memory ?? await LoadAsync(cancellationToken);
            if (current.Person is not { Own.MergedInto: null } existing) return;
            var person = await services.Loader.CatchUpAsync(existing, catalog, cancellationToken);
            var now = services.Clock.GetUtcNow();
            var judged = await services.Judge.EvaluateAsync(catalog, current.Memberships, person, PersonChange.Everything, [], now, cancellationToken);
            switch (await AppendAsync(current, new Turn(person, [], judged, now) { IsDueExact = true, Catalog = catalog.Version }))
            {
                case Committed:
                    profile = null;
                    if (services.Catalogs.Current.Version == catalog.Version) return;
                    break;
                case OldCatalog or OldErasures:
                    // Each time there is a newer one, so this lasts no longer than somebody goes on saving or erasing.
                    attempt--;
                    break;
                default:
                    Forget();
                    break;
            }
        }

        throw new OverloadedException("The identity keeps changing under the append; try again.");
    }

    /// <summary>Before the host lets the grain go: leaves a snapshot when the tail has grown long.</summary>
    public void Deactivate()
    {
        if (memory?.Person is { Own.MergedInto: null } person)
        {
            foreach (var component in person.Components)
            {
                if (component.Seq % SnapshotQueue.EntriesBetween >= SnapshotQueue.EntriesBetween / 8) services.Snapshots.TryAdd(component);
            }
        }

        // What is left is a shell, should anything still hold on to it.
        Forget();
    }

    /// <summary>Drops what can be read again. The only member that may be called outside the grain's turn.</summary>
    internal void DropProfile()
    {
        timeline = null;
        profile = null;
    }

    /// <summary>Whether the profile was read since this was last asked.</summary>
    internal bool TakeWasRead()
    {
        var was = wasRead;
        wasRead = false;
        return was;
    }

    private async Task<IdentityMemory> LoadAsync(CancellationToken cancellationToken) =>
        memory = await services.Loader.LoadAsync(id, services.Catalogs.Current, cancellationToken);

    private void Forget()
    {
        memory = null;
        timeline = null;
        profile = null;
    }

    // It was decided without a commit, so perhaps by what another activation of hers has overtaken: the next look is at the log.
    private IngestAnswer Elsewhere(IngestAnswer answer)
    {
        Forget();
        return answer;
    }

    private IngestAnswer Answer(IngestDecision decision)
    {
        var outcomes = new IngestOutcome[decision.Outcomes.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var outcome = decision.Outcomes[i];
            outcomes[i] = new IngestOutcome(outcome.Status, id, outcome.Id, outcome.Refusal);
        }

        return new IngestAnswer(IngestVerdict.Done) { Outcomes = outcomes };
    }

    /// <summary>After a commit: what was drawn from the old memory goes.</summary>
    private void Apply(IReadOnlyList<LogEntry> entries)
    {
        profile = null;
        if (timeline is not { } drawn) return;
        foreach (var entry in entries)
        {
            if (entry is EventEntry stored) drawn.Add(new(new(stored.Component, stored.Seq), stored.Event));
        }

        if (drawn.Count != EventsKept) services.Drawn.Keep(this, drawn.Count);
    }
}
