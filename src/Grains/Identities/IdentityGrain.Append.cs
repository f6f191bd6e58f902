using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using System.Runtime.CompilerServices;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

public sealed partial class IdentityGrain
{
    private static readonly List<Claim> NoClaims = [];
    private static readonly List<MessageBlock> NoBlocks = [];
    private static readonly IReadOnlyList<MembershipChange> NoMemberships = [];
    private static readonly Committed Durable = new();

    /// <summary>Persists a turn, and only then makes it memory.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AppendResult> AppendAsync(IdentityMemory before, Turn turn)
    {
        var changes = NoMemberships;
        DateTimeOffset? entry = null;
        if (turn.Judged.Entered.Count + turn.Judged.Left.Count + turn.OtherMemberships.Count > 0)
            (turn, changes, entry) = services.Changes.Decide(before.Memberships, turn);
        var due = Due(before, turn);
        IReadOnlyList<DueChange> dueChanges = due == before.Due ? turn.OtherDue : [new DueChange(turn.Person.Own.Key, due), .. turn.OtherDue];
        var isEmpty = turn.Entries.Count + changes.Count + turn.Pointers.Count + dueChanges.Count + turn.Expired.Count == 0;
        if (!isEmpty) turn = Placed(turn, entry);
        try
        {
            if (!isEmpty && await PersistAsync(AppendOf(before, turn, changes, dueChanges)) is var result and not Committed)
            {
                if (result is OldCatalog old) await services.Refresh.ToVersionAsync(old.Version, CancellationToken.None);
                if (result is OldErasures unaware) await services.ErasureRefresh.ToRevisionAsync(unaware.Revision, CancellationToken.None);
                return result;
            }
        }
        catch (StoreUnavailableException)
        {
            // Nobody knows whether it got through: only the log can say.
            Forget();
            throw;
        }
        finally
        {
            services.Watches.Note(turn.Person.Own.Key);
        }

        memory = new IdentityMemory(turn.Person, turn.Judged.State, due);
        if (before.Person is { } person && !turn.IsPartial) OfferSnapshots(person, turn.Person);
        return Durable;
    }

    private Task<AppendResult> PersistAsync(Append append) =>
        Spans.Source.HasListeners() ? PersistTracedAsync(append) : services.Log.AppendAsync(append, CancellationToken.None);

    private async Task<AppendResult> PersistTracedAsync(Append append)
    {
        using var span = Spans.Source.StartActivity(Spans.Append);
        var result = await services.Log.AppendAsync(append, CancellationToken.None);
        if (span is { IsAllDataRequested: true })
            span.SetTag("cdp.entries", append.Entries.Count).SetTag("cdp.memberships", append.Memberships.Count).SetTag("cdp.outcome", result.GetType().Name);
        return result;
    }

    private Append AppendOf(IdentityMemory before, Turn turn, IReadOnlyList<MembershipChange> changes, IReadOnlyList<DueChange> due) => new()
    {
        Created = before.Person is null ? [new NewIdentity(turn.Person.Own.Key, id, turn.Person.Own.CreatedAt)] : [],
        Entries = turn.Entries,
        Claims = Claims(turn.Entries),
        MessageBlocks = MessageBlocks(before.Person, turn),
        Memberships = changes,
        Pointers = turn.Pointers,
        Expired = turn.Expired,
        Snapshots = turn.Expired.Count == 0 ? [] : Snapshots(turn),
        Due = due,
        Catalog = turn.Catalog,
        Erasures = Math.Min(erasures, turn.Erasures ?? erasures),
    };

    /// <summary>
    /// The turn with a place in the person's own log, whatever it writes: so another activation of hers, anywhere, finds it taken and loads again. An entry's
    /// instant is kept there too, so that no later turn gives it a second time.
    /// </summary>
    private Turn Placed(Turn turn, DateTimeOffset? entry)
    {
        var own = turn.Person.Own;
        if (entry is null && HasPlace(turn.Entries, own.Key)) return turn;
        var place = new ChangeEntry(own.Key, own.Seq + 1, entry ?? turn.At.Whole(), new Judged());
        return turn with { Person = turn.Person.With(services.Fold.Apply(own, place, SegmentCatalog.Empty)), Entries = [.. turn.Entries, place] };
    }

    private static bool HasPlace(IReadOnlyList<LogEntry> entries, long key)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Component == key) return true;
        }

        return false;
    }

    private static DateTimeOffset? Due(IdentityMemory before, Turn turn) => turn switch
    {
        { IsDueExact: true } => turn.Judged.Due,
        _ when turn.Judged.Due is { } next && (before.Due is null || next < before.Due) => next,
        _ => before.Due,
    };

    private static List<Claim> Claims(IReadOnlyList<LogEntry> entries)
    {
        List<Claim>? claims = null;
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not EventEntry { Claimed.Count: > 0 } entry) continue;
            foreach (var identifier in entry.Claimed) (claims ??= []).Add(new Claim(identifier, entry.Component, entry.At));
        }

        return claims ?? NoClaims;
    }

    private static List<MessageBlock> MessageBlocks(Person? before, Turn turn)
    {
        List<MessageBlock>? blocks = null;
        foreach (var component in turn.Person.Components)
        {
            if (component.Messages.Blocks == 0) continue;
            var window = before?.Components.FirstOrDefault(known => known.Key == component.Key) is { } known ? known.Messages
                : before is null ? default : component.Messages;
            if (MessageBlock.LetGo(window, component, turn.Entries) is { Count: > 0 } letGo) (blocks ??= []).AddRange(letGo);
        }

        return blocks ?? NoBlocks;
    }

    /// <summary>Of each component that loses events: what is stored of it, or still to be written behind, was made of them too.</summary>
    private static List<ComponentSnapshot> Snapshots(Turn turn) =>
        [.. turn.Expired.Select(gone => gone.Component).Distinct().Select(turn.Person.Find).Select(component => new ComponentSnapshot(component.Key, component.Seq, SnapshotCodec.Write(component)))];

    private void OfferSnapshots(Person before, Person after)
    {
        foreach (var component in after.Components)
        {
            var seq = before.SeqOf(component.Key) ?? component.Seq;
            if (seq / SnapshotQueue.EntriesBetween != component.Seq / SnapshotQueue.EntriesBetween) services.Snapshots.TryAdd(component);
        }
    }
}
