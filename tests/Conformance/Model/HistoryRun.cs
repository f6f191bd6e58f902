using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>Lets a history happen to the real thing and to the model, and compares the two on the way and at the end.</summary>
internal sealed class HistoryRun(Lane lane, IReadOnlyList<Operation> operations, Random random, bool comparesAlways, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);
    private static readonly TimeSpan DueMax = TimeSpan.FromHours(3);

    private readonly ReferenceModel model = new();
    private readonly string prefix = lane.NextPrefix();
    private readonly DateTimeOffset start = lane.Clock.Now;
    private long afterKey;

    /// <summary>Definitions that are the history's own: after each operation their members are looked at, and nothing else. Null: all is compared, now and then.</summary>
    public Definitions? Definitions { get; init; }

    /// <summary>The operation at hand; when a run fails, the one after which it was seen.</summary>
    public int At { get; private set; }

    private DateTimeOffset Now => lane.Clock.Now;

    public async Task RunAsync()
    {
        afterKey = await lane.NewKeyAsync(cancellationToken, watches: Definitions is null);
        for (At = 0; At < operations.Count; At++)
        {
            await DoAsync(operations[At]);
            if (comparesAlways || Definitions is not null || At == operations.Count - 1 || random.Next(8) == 0) await CompareAsync();
        }
    }

    private async Task CompareAsync()
    {
        await lane.House.WakeDueAsync(Now, cancellationToken);
        if (Definitions is not null) await Definitions.CompareAsync(model, afterKey, cancellationToken);
        else await new Comparison(lane.House, Now, random).CompareAsync(model, afterKey, cancellationToken);
    }

    private Task DoAsync(Operation operation) => operation switch
    {
        Send send => SendAsync(send),
        Join join => JoinAsync(join),
        Undo undo => UndoAsync(undo),
        Expire expire => ExpireAsync(expire),
        Erase erase => EraseAsync(erase),
        Define define => Definitions!.SaveAsync(define, cancellationToken),
        Fill => Definitions!.FillAsync(cancellationToken),
        UntilDue => UntilDueAsync(),
        Restart restart => lane.RestartAsync(restart.IsCrash, cancellationToken, watches: Definitions is null),
        _ => Task.Run(() => Rest(operation), cancellationToken),
    };

    private void Rest(Operation operation)
    {
        if (operation is Pass pass) lane.Clock.Advance(pass.Time);
        else lane.House.Grains.Stop();
    }

    private async Task SendAsync(Send send)
    {
        var events = model.Settled([.. send.Events.Select(draft => draft.ToEvent(prefix, start, Now))]);
        if (events.Count == 0) return;
        model.Take(events, await lane.House.Ingest.IngestAsync(events, cancellationToken), Now);
    }

    private async Task JoinAsync(Join join)
    {
        if (Owner(join.Preferred) is not { } preferred || Owner(join.Other) is not { } other) return;
        var cause = new MergeCause(MergeReason.Request, [], null);
        var answer = await lane.House.Grains.ExplicitMerges.MergeAsync(preferred.Id, other.Id, cause, cancellationToken);
        if (model.Decide(preferred.Root, other.Root, isExplicit: true) is not var (loser, survivor))
        {
            if (answer.Refusal != MergeRefusal.Same) throw new ModelMismatchException($"{preferred.Id} and {other.Id} are one already, the answer says {answer}.");
            return;
        }

        if (answer != new ExplicitMergeAnswer(loser.Id, survivor.Id, null)) throw new ModelMismatchException($"{loser.Id} goes into {survivor.Id}, the answer says {answer}.");
        model.Join(loser, survivor, cause, Now);
    }

    private async Task UndoAsync(Undo undo)
    {
        if (Owner(undo.Of)?.Root is not { } root || model.PartsOf(root).FindAll(part => part != root) is not { Count: > 0 } parts) return;
        var part = parts.OrderBy(candidate => candidate.Key).ElementAt(undo.Pick % parts.Count);
        var answer = await lane.House.Grains.Identity(root.Id).ReleaseAsync(part.Id, cancellationToken);
        if (answer.Verdict != MergeVerdict.Done) throw new ModelMismatchException($"{part.Id} can be let go by {root.Id}, the answer says {answer}.");
        await lane.House.Grains.Identity(part.Id).RefreshAsync(cancellationToken);
        model.Undo(part, Now);
    }

    private async Task ExpireAsync(Expire expire)
    {
        SourceCutoff[] sources = [.. expire.Sources.Select(source => new SourceCutoff(source.Source, Now - source.Age))];
        var expected = model.Expire(sources.ToDictionary(source => source.Source, source => source.Before));
        var removed = await lane.House.Retention.SweepAsync(sources, afterKey, cancellationToken);
        if (removed != expected) throw new ModelMismatchException($"{expected} events are too old, {removed} were removed.");
    }

    private async Task EraseAsync(Erase erase)
    {
        if (Owner(erase.Of)?.Root is not { } root) return;
        var counts = (await lane.House.Eraser.EraseAsync(root.Id, erase.Suppresses, cancellationToken))?.Counts;
        var expected = model.Erase(root, erase.Suppresses);
        if ((counts?.Components, counts?.Identifiers, counts?.Events) != expected) throw new ModelMismatchException($"{root.Id} was {expected}, erased were {counts}.");
    }

    /// <summary>Nobody is woken before the next who is due, so up to then everybody must be what she was.</summary>
    private async Task UntilDueAsync()
    {
        var due = await lane.House.Index.DueAsync(Now + DueMax, 10_000, cancellationToken);
        if (due.Where(identity => identity.Key > afterKey).Select(identity => identity.At).DefaultIfEmpty().First() is var at && at <= Now) return;
        lane.Clock.Advance(at - Now - Tick);
        await Definitions!.CompareAsync(model, afterKey, cancellationToken);
        lane.Clock.Advance(Tick);
    }

    private Piece? Owner(Identifier identifier) => model.Owners.GetValueOrDefault(identifier.Under(prefix));
}
