using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Says for whom a definition holds that need not be saved, by the evaluator of the live path. Who is in memory is judged there, without a
/// turn; of conditions that no saved segment has, the events come from the store in one pass over many people. The others are loaded many at
/// a time. Whoever writes meanwhile is asked in her own turn, so every answer is right as of an instant during the call.
/// </summary>
public sealed class DefinitionPreview(
    IGrains grains, INodeIdentities node, IIdentityIndex index, IEventLog log, BulkLoader loader, BulkWatches watches, CatalogView view, BulkOptions options, TimeProvider clock)
{
    private const int ChunkSize = 100_000;

    /// <summary>Looks at everybody. <paramref name="beside"/> is the saved segment to compare with, if any.</summary>
    public async Task<DefinitionMatches> MatchAsync(SegmentNode definition, SegmentId? beside, CancellationToken cancellationToken)
    {
        var preview = view.Current.ForPreview(definition, beside);
        var question = new Question(definition, preview, beside is { } segment ? preview.Catalog.Find(segment) : null);
        var matches = new DefinitionMatches();
        long? before = null;
        while (await index.ListAsync(search: null, before, ChunkSize, cancellationToken) is { Count: > 0 } chunk)
        {
            var found = new (bool IsMatch, bool IsMember)[chunk.Count];
            await ChunkAsync(chunk, question, found, cancellationToken);
            for (var i = 0; i < chunk.Count; i++) matches.Add(chunk[i].Id, found[i].IsMatch, found[i].IsMember);
            before = chunk[^1].Key;
        }

        return matches;
    }

    private async Task ChunkAsync(IReadOnlyList<IndexedIdentity> chunk, Question question, (bool IsMatch, bool IsMember)[] found, CancellationToken cancellationToken)
    {
        using var watch = watches.Open();
        var computed = question.Preview.NeedsLog ? await ScanAsync(chunk, question.Preview, cancellationToken) : null;
        var cold = new Dictionary<long, int>();
        var asking = new List<int>();
        var now = clock.GetUtcNow();
        for (var i = 0; i < chunk.Count; i++)
        {
            var person = node.Peek(chunk[i].Id);
            if (watch.HasWritten(chunk[i].Key)) asking.Add(i);
            else if (person is null || !KnowsAll(person, question.Preview)) cold.Add(chunk[i].Key, i);
            else if (person.Own.MergedInto is not null) continue;
            else if (Judge(question, person, Windows(person, question.Preview, computed), now) is { } answer) found[i] = answer;
            else asking.Add(i);
        }

        foreach (var keys in cold.Keys.Chunk(options.PageSize))
        {
            using var page = await loader.LoadAsync(keys, question.Preview.Catalog, isChanging: null, cancellationToken);
            now = clock.GetUtcNow();
            foreach (var loaded in page.People)
            {
                var i = cold[loaded.Person.Own.Key];
                if (Judge(question, loaded.Person, loaded.Person.Combination.Windows, now) is { } answer) found[i] = answer;
                else asking.Add(i);
            }
        }

        // Her own turn is after whatever she was writing, and can read her log.
        await Parallel.ForEachAsync(asking, new ParallelOptions { MaxDegreeOfParallelism = options.TurnsMax, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var identity = grains.Identity(chunk[i].Id);
            var isMatch = (await identity.MatchesAsync(question.Definition, token)).Matches;
            found[i] = (isMatch, question.SavedReference is { } saved && (await identity.MatchesAsync(saved, token)).Matches);
        });
    }

    // Null where her windows cannot tell.
    private static (bool IsMatch, bool IsMember)? Judge(Question question, Person person, WindowSet windows, DateTimeOffset now)
    {
        if (question.Preview.Segment.TryMatches(person, windows, now) is not { } isMatch) return null;
        if (question.Saved is not { } saved) return (isMatch, false);
        return saved.TryMatches(person, windows, now) is { } isMember ? (isMatch, isMember) : null;
    }

    private static bool KnowsAll(Person person, SegmentPreview preview)
    {
        foreach (var component in person.Components)
        {
            if (component.Windows.KnownThrough < preview.KnownThrough) return false;
        }

        return true;
    }

    private static WindowSet Windows(Person person, SegmentPreview preview, Dictionary<long, WindowSet>? computed)
    {
        if (computed is null) return person.Combination.Windows;
        var none = WindowSet.Empty(preview.Catalog.HighestCondition);
        WindowSet? together = null;
        foreach (var component in person.Components)
        {
            var own = preview.Extend(component.Windows, computed.GetValueOrDefault(component.Key, none));
            together = together is null ? own : WindowSet.Combine(together, own);
        }

        return together!;
    }

    /// <summary>What the preview's own conditions count, for every component of those in memory that has anything to count.</summary>
    private async Task<Dictionary<long, WindowSet>> ScanAsync(IReadOnlyList<IndexedIdentity> chunk, SegmentPreview preview, CancellationToken cancellationToken)
    {
        var computed = new Dictionary<long, WindowSet>();
        var filter = EntryFilters.Events(preview.Catalog, preview.KnownThrough, clock.GetUtcNow());
        var (first, last) = (chunk[^1].Key, chunk[0].Key);
        var apart = new List<long>();
        var isAnyoneHere = false;
        foreach (var identity in chunk)
        {
            if (node.Peek(identity.Id) is not { } person) continue;
            isAnyoneHere = true;
            foreach (var component in person.Components)
            {
                if (component.Key < first || component.Key > last) apart.Add(component.Key);
            }
        }

        if (!isAnyoneHere || !filter.HasNames) return computed;
        return await log.ReadManyAsync(
            async reader =>
            {
                await reader.ScanEventsAsync(first, last, filter, Take, cancellationToken);
                foreach (var keys in apart.Chunk(options.PageSize))
                    await reader.ReadEntriesAsync(keys, filter, TakeEvents, cancellationToken);
                return computed;
            },
            cancellationToken);

        void TakeEvents(LogEntry entry)
        {
            if (entry is EventEntry stored) Take(stored);
        }

        void Take(EventEntry entry)
        {
            var known = computed.GetValueOrDefault(entry.Component) ?? WindowSet.Empty(preview.Catalog.HighestCondition);
            computed[entry.Component] = preview.Catalog.ObserveFrom(preview.KnownThrough, known, entry);
        }
    }

    private sealed record Question(SegmentNode Definition, SegmentPreview Preview, CompiledSegment? Saved)
    {
        public SegmentReference? SavedReference { get; } = Saved is null ? null : new SegmentReference(Saved.Id);
    }
}
