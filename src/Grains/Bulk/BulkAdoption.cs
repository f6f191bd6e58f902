using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Brings people who were read together up to their catalog and the clock. Those of whom nothing changes cost no more than the look. The others do it
/// in their own turns: most of them some hundreds in one append; who is busy, or must read her log, by herself.
/// </summary>
public sealed class BulkAdoption(IGrains grains, INodeIdentities node, EarlierDue earlier, CatalogView view, BulkOptions options, TimeProvider clock)
{
    // One that is being made ready while others are being written, and one for each writer of a store.
    private const int AppendsAtOnce = 3;

    /// <summary>
    /// Lets those of the page who are changing take their turns; <paramref name="failed"/> is told whose failed and why, and the others go on. Both
    /// actions may be called at the same time.
    /// </summary>
    internal Task RunAsync(BulkPage page, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken)
    {
        var changing = page.Changing.Select(judged => judged.Loaded.Person.Own.Key).ToHashSet();
        foreach (var loaded in page.People)
        {
            if (!changing.Contains(loaded.Person.Own.Key)) done(loaded.Person.Own.Id);
        }

        return Task.WhenAll(
            TogetherAsync(page.Changing.Where(judged => !judged.IsOnlyDueEarlier), node.AdoptTogetherAsync),
            TogetherAsync(page.Changing.Where(judged => judged.IsOnlyDueEarlier), (chunk, token) => earlier.WriteAsync(chunk, page.Erasures, token)));

        Task TogetherAsync(IEnumerable<JudgedIdentity> people, Func<JudgedIdentity[], CancellationToken, Task<IReadOnlyList<JudgedIdentity>>> write) => Parallel.ForEachAsync(
            people.Chunk(options.TurnsMax),
            new ParallelOptions { MaxDegreeOfParallelism = AppendsAtOnce, CancellationToken = cancellationToken },
            async (chunk, token) =>
            {
                var left = await LeftAsync(chunk, () => write(chunk, token), done, failed);
                await EachAsync(left, judged => judged.Loaded.Person.Own.Id, (judged, each) => node.AdoptAsync(judged.Loaded, each), done, failed, token);
            });
    }

    /// <summary>Judges somebody while she is being read; null when nothing is to be written for her, nor to be taken over by her memory.</summary>
    internal JudgedIdentity? Changed(LoadedIdentity loaded)
    {
        var judged = Judged(loaded);
        var (result, active) = (judged.Judged, node.Peek(loaded.Person.Own.Id));
        if (result.Undecided.Count + result.Entered.Count + result.Left.Count > 0) return judged;

        // In memory she may lack what the catalog's new conditions need, and would read her log for it with her next event.
        if (active is not null && active.Components.Any(component => component.Windows.KnownThrough < loaded.Catalog.HighestCondition)) return judged;

        // A wake that comes too early costs one look.
        return result.Due is { } due && (loaded.Due is null || loaded.Due > due) ? judged with { IsOnlyDueEarlier = active is null } : null;
    }

    /// <summary>Judges somebody whose due time is over, and so must change.</summary>
    internal JudgedIdentity Judged(LoadedIdentity loaded)
    {
        var now = clock.GetUtcNow();
        return new JudgedIdentity(loaded, loaded.Catalog.Evaluate(loaded.Memberships, loaded.Person, PersonChange.Everything, now), now);
    }

    /// <summary>Has these look at themselves.</summary>
    internal Task ReevaluateAsync(IEnumerable<IdentityId> people, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken) =>
        EachAsync(people, id => id, (id, token) => grains.Identity(id).ReevaluateAsync(view.Current.Version, token), done, failed, cancellationToken);

    /// <summary>Has these look at themselves as they are stored, whatever they remember.</summary>
    internal Task LoadAgainAsync(IEnumerable<IdentityId> people, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken) => EachAsync(
        people,
        id => id,
        async (id, token) =>
        {
            await grains.Identity(id).RefreshAsync(token);
            await grains.Identity(id).ReevaluateAsync(view.Current.Version, token);
        },
        done,
        failed,
        cancellationToken);

    /// <summary>Writes for all of them together; answers who must do it by herself.</summary>
    private static async Task<IReadOnlyList<JudgedIdentity>> LeftAsync(
        IReadOnlyList<JudgedIdentity> people, Func<Task<IReadOnlyList<JudgedIdentity>>> write, Action<IdentityId> done, Action<IdentityId, Exception> failed)
    {
        try
        {
            var left = await write();
            var isLeft = new HashSet<JudgedIdentity>(left, ReferenceEqualityComparer.Instance);
            foreach (var judged in people)
            {
                if (!isLeft.Contains(judged)) done(judged.Loaded.Person.Own.Id);
            }

            return left;
        }
        catch (StoreUnavailableException exception)
        {
            foreach (var judged in people) failed(judged.Loaded.Person.Own.Id, exception);
            return [];
        }
    }

    private Task EachAsync<T>(
        IEnumerable<T> items,
        Func<T, IdentityId> idOf,
        Func<T, CancellationToken, Task> turn,
        Action<IdentityId> done,
        Action<IdentityId, Exception> failed,
        CancellationToken cancellationToken) => Parallel.ForEachAsync(
        items,
        new ParallelOptions { MaxDegreeOfParallelism = options.TurnsMax, CancellationToken = cancellationToken },
        async (item, token) =>
        {
            var id = idOf(item);
            try
            {
                await turn(item, token);
                done(id);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !token.IsCancellationRequested)
            {
                failed(id, exception);
            }
        });
}
