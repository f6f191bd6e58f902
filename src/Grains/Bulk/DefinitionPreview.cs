using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const int ChunkSize = 50_000;

    private static readonly Task<IReadOnlyList<IndexedIdentity>> Nobody = Task.FromResult<IReadOnlyList<IndexedIdentity>>([]);

    // The store reads and this process judges at the same time, on as many cores as there are; but a preview is not to take a large machine alone.
    private static readonly int SlicesAtOnce = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Looks at everybody. <paramref name="beside"/> is the saved segment to compare with, if any.</summary>
    public async Task<DefinitionMatches> MatchAsync(SegmentNode definition, SegmentId? beside, CancellationToken cancellationToken)
    {
        var preview = view.Current.ForPreview(definition, beside);
        var question = new Question(definition, preview, beside is { } segment ? preview.Catalog.Find(segment) : null);
        var matches = new DefinitionMatches();
        await foreach (var chunk in ChunksAsync(cancellationToken))
        {
            var found = new (bool IsMatch, bool IsMember)[chunk.Length];
            var sliceSize = (chunk.Length + SlicesAtOnce - 1) / SlicesAtOnce;
            await Parallel.ForEachAsync(
                Enumerable.Range(0, (chunk.Length + sliceSize - 1) / sliceSize),
                new ParallelOptions { MaxDegreeOfParallelism = SlicesAtOnce, CancellationToken = cancellationToken },
                async (slice, token) =>
                {
                    var first = slice * sliceSize;
                    var size = Math.Min(sliceSize, chunk.Length - first);
                    await SliceAsync(new ArraySegment<IndexedIdentity>(chunk, first, size), question, new ArraySegment<(bool, bool)>(found, first, size), token);
                });
            for (var i = 0; i < chunk.Length; i++) matches.Add(chunk[i].Id, found[i].IsMatch, found[i].IsMember);
        }

        return matches;
    }

    // The next are looked up while these are judged.
    private async IAsyncEnumerable<IndexedIdentity[]> ChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = index.ListAsync(search: null, beforeKey: null, ChunkSize, cancellationToken);
        try
        {
            while (await next is { Count: > 0 } chunk)
            {
                next = chunk.Count < ChunkSize ? Nobody : index.ListAsync(search: null, chunk[^1].Key, ChunkSize, cancellationToken);
                yield return [.. chunk];
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SliceAsync(ArraySegment<IndexedIdentity> slice, Question question, ArraySegment<(bool IsMatch, bool IsMember)> found, CancellationToken cancellationToken)
    {
        using var watch = watches.Open();
        var computed = question.Preview.NeedsLog ? await ScanAsync(slice, question.Preview, cancellationToken) : null;
        var cold = new Dictionary<long, int>();
        var asking = new List<int>();
        var now = clock.GetUtcNow();
        for (var i = 0; i < slice.Count; i++)
        {
            var person = node.Peek(slice[i].Id);
            if (watch.HasWritten(slice[i].Key)) asking.Add(i);
            else if (person is null || !KnowsAll(person, question.Preview)) cold.Add(slice[i].Key, i);
            else if (person.Own.MergedInto is not null) continue;
            else if (Judge(question, person, Windows(person, question.Preview, computed), now) is { } answer) found[i] = answer;
            else asking.Add(i);
        }

        foreach (var keys in cold.Keys.Order().Chunk(options.PageSize))
        {
            using var page = await loader.LoadAsync(keys, question.Preview.Catalog, judge: null, cancellationToken);
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
            var identity = grains.Identity(slice[i].Id);
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
    private async Task<Dictionary<long, WindowSet>> ScanAsync(ArraySegment<IndexedIdentity> slice, SegmentPreview preview, CancellationToken cancellationToken)
    {
        var computed = new Dictionary<long, WindowSet>();
        var none = WindowSet.Empty(preview.Catalog.HighestCondition);
        var filter = EntryFilters.Events(preview.Catalog, preview.KnownThrough, clock.GetUtcNow());
        var (first, last) = (slice[^1].Key, slice[0].Key);
        var apart = new List<long>();
        var isAnyoneHere = false;
        foreach (var identity in slice)
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
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(computed, entry.Component, out _);
            known = preview.Catalog.ObserveFrom(preview.KnownThrough, known ?? none, entry);
        }
    }

    private sealed record Question(SegmentNode Definition, SegmentPreview Preview, CompiledSegment? Saved)
    {
        public SegmentReference? SavedReference { get; } = Saved is null ? null : new SegmentReference(Saved.Id);
    }
}
