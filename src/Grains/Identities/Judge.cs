using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Says which segments a person is in, always exactly: by what her windows keep, and where those cannot tell, by her whole log. Where they can,
/// it completes at once and allocates nothing.
/// </summary>
internal sealed class Judge(IEventLog log, IdentityLoader loader)
{
    /// <summary>
    /// Evaluates a person as she is with some entries that are decided but not in the log yet. Her windows must know the catalog
    /// (<see cref="IdentityLoader.CatchUpAsync"/>). An entry that stands in the place of another counts instead of it.
    /// </summary>
    public ValueTask<EvaluationResult> EvaluateAsync(
        SegmentCatalog catalog, MembershipState prior, Person person, PersonChange change, IReadOnlyList<LogEntry> pending, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var judged = catalog.Evaluate(prior, person, change, now);
        return judged.Undecided.Count == 0
            ? ValueTask.FromResult(judged)
            : ByLogAsync(catalog, prior, person, change, pending, now, judged.Undecided, cancellationToken);
    }

    /// <summary>The windows that answer a preview's definition for a person at an instant, read from the log as far as need be.</summary>
    public async ValueTask<WindowSet> WindowsAsync(SegmentPreview preview, SegmentCatalog catalog, Person existing, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var person = await loader.CatchUpAsync(existing, catalog, cancellationToken);
        var windows = preview.NeedsLog
            ? (await loader.ExtendAsync(person, preview.Catalog, preview.KnownThrough, cancellationToken)).Combination.Windows
            : person.Combination.Windows;
        var undecided = preview.Undecided(person, windows, now);
        return undecided.Count == 0 ? windows : await ReplayAsync(preview.Catalog, person, windows, undecided, [], now, cancellationToken);
    }

    /// <summary>The computed traits of a person at an instant. Her windows must know the catalog.</summary>
    public async ValueTask<ComputedValues> TraitsAsync(SegmentCatalog catalog, Person person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (catalog.Traits.Count == 0) return ComputedValues.None;
        var windows = person.Combination.Windows;
        var values = catalog.Traits.Of(windows, person, now);
        if (values.Undecided.Count == 0) return values;
        return catalog.Traits.Of(await ReplayAsync(catalog, person, windows, values.Undecided, [], now, cancellationToken), person, now);
    }

    private async ValueTask<EvaluationResult> ByLogAsync(
        SegmentCatalog catalog,
        MembershipState prior,
        Person person,
        PersonChange change,
        IReadOnlyList<LogEntry> pending,
        DateTimeOffset now,
        IReadOnlyList<int> undecided,
        CancellationToken cancellationToken)
    {
        // What was undecided may have hidden that something else is, too.
        var asked = new SortedSet<int>();
        while (true)
        {
            asked.UnionWith(undecided);
            var windows = await ReplayAsync(catalog, person, person.Combination.Windows, asked, pending, now, cancellationToken);
            var judged = catalog.Evaluate(prior, person, windows, change, now);
            if (judged.Undecided.Count == 0) return judged;
            undecided = judged.Undecided;
        }
    }

    private async Task<WindowSet> ReplayAsync(
        SegmentCatalog catalog, Person person, WindowSet windows, IEnumerable<int> conditions, IReadOnlyList<LogEntry> pending, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var replay = catalog.Replay(conditions, now);
        foreach (var component in person.Components)
        {
            var stored = component.Seq;
            HashSet<long>? replaced = null;
            foreach (var entry in pending)
            {
                if (entry.Component != component.Key) continue;
                if (entry is ChangeEntry { Change: Expired })
                {
                    (replaced ??= []).Add(entry.Seq);
                    continue;
                }

                stored = Math.Min(stored, entry.Seq - 1);
                if (entry is EventEntry arrived) replay.Add(arrived);
            }

            // What another activation may have written beyond is not hers, and will be fenced off.
            await foreach (var entry in log.ReadAsync(component.Key, afterSeq: 0, cancellationToken))
            {
                if (entry.Seq > stored) break;
                if (entry is EventEntry known && replaced?.Contains(entry.Seq) != true) replay.Add(known);
            }
        }

        return replay.Over(windows);
    }
}
