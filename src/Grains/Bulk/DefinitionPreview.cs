using System.Runtime.CompilerServices;
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
    IGrains grains, INodeIdentities node, IIdentityIndex index, IEventLog log, BulkLoader loader, BulkWatches watches, CatalogRefresh catalogs, BulkOptions options, TimeProvider clock)
{
    // The first is small, so that judging begins soon.
    private const int FirstChunkSize = 10_000;
    private const int ChunkSize = 50_000;

    // Of fewer than one in so many the events are found faster by who they are.
    private const int Few = 6;

    private static readonly Task<IReadOnlyList<IndexedIdentity>> Nobody = Task.FromResult<IReadOnlyList<IndexedIdentity>>([]);

    // The store reads and this process judges at the same time, on as many cores as there are; but a preview is not to take a large machine alone.
    private static readonly int SlicesAtOnce = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Looks at everybody. <paramref name="beside"/> is the saved segment to compare with, if any.</summary>
    public async Task<DefinitionMatches> MatchAsync(SegmentNode definition, SegmentId? beside, CancellationToken cancellationToken)
    {
        var preview = (await catalogs.KnowingAsync(definition, beside, cancellationToken)).ForPreview(definition, beside);
        var question = new Question(definition, preview, new PreviewLog(log, preview, options.PageSize, clock), beside is { } segment ? preview.Catalog.Find(segment) : null);
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
        var size = FirstChunkSize;
        var next = index.ListAsync(search: null, beforeKey: null, size, cancellationToken);
        try
        {
            while (await next is { Count: > 0 } chunk)
            {
                var isLast = chunk.Count < size;
                size = ChunkSize;
                next = isLast ? Nobody : index.ListAsync(search: null, chunk[^1].Key, size, cancellationToken);
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
        var cold = new Dictionary<long, int>();
        var open = new List<(int Index, Person Person)>(slice.Count);
        for (var i = 0; i < slice.Count; i++)
        {
            if (node.Peek(slice[i].Id) is not { } person || !KnowsAll(person, question.Preview)) cold.Add(slice[i].Key, i);
            else if (person.Own.MergedInto is null) open.Add((i, person));
        }

        var asking = new List<int>();
        foreach (var known in question.Preview.Steps)
        {
            if (open.Count == 0) break;
            var areFew = open.Count < slice.Count / Few;
            var windows = await question.Log.ReadAsync(known, open.ConvertAll(each => each.Person), (slice[^1].Key, slice[0].Key), areFew, cancellationToken);
            var now = clock.GetUtcNow();
            open.RemoveAll(each =>
            {
                if (watch.HasWritten(slice[each.Index].Key)) asking.Add(each.Index);
                else if (Judge(question, each.Person, windows.Of(each.Person), known, now) is { } answer) found[each.Index] = answer;
                else return false;
                return true;
            });
        }

        asking.AddRange(open.Select(each => each.Index));
        foreach (var keys in cold.Keys.Order().Chunk(options.PageSize))
        {
            using var page = await loader.LoadAsync(keys, question.Preview.Catalog, judge: null, cancellationToken);
            var loadedAt = clock.GetUtcNow();
            foreach (var loaded in page.People)
            {
                var i = cold[loaded.Person.Own.Key];
                if (Judge(question, loaded.Person, loaded.Person.Combination.Windows, KnownConditions.All, loadedAt) is { } answer) found[i] = answer;
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
    private static (bool IsMatch, bool IsMember)? Judge(Question question, Person person, WindowSet windows, KnownConditions known, DateTimeOffset now)
    {
        if (question.Preview.Segment.TryMatches(person, windows, known, now) is not { } isMatch) return null;
        if (question.Saved is not { } saved) return (isMatch, false);
        return saved.TryMatches(person, windows, known, now) is { } isMember ? (isMatch, isMember) : null;
    }

    private static bool KnowsAll(Person person, SegmentPreview preview)
    {
        foreach (var component in person.Components)
        {
            if (component.Windows.KnownThrough < preview.KnownThrough) return false;
        }

        return true;
    }

    private sealed record Question(SegmentNode Definition, SegmentPreview Preview, PreviewLog Log, CompiledSegment? Saved)
    {
        public SegmentReference? SavedReference { get; } = Saved is null ? null : new SegmentReference(Saved.Id);
    }
}
