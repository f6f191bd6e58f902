using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Brings people who were read together up to their catalog and the clock. Those of whom nothing changes cost no more than the look; the others
/// do it in their own turns, so many at once that the store writes them together.
/// </summary>
public sealed class BulkAdoption(IGrains grains, INodeIdentities node, BulkOptions options, TimeProvider clock)
{
    /// <summary>
    /// Lets those who were found to be changing when they were read (<see cref="IsChanging"/>) take their turns; <paramref name="failed"/> is told
    /// whose failed and why, and the others go on.
    /// </summary>
    internal Task RunAsync(
        IEnumerable<LoadedIdentity> people, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken)
    {
        var changing = new List<LoadedIdentity>();
        foreach (var loaded in people)
        {
            if (loaded.LastSeq is not null) changing.Add(loaded);
            else done(loaded.Person.Own.Id);
        }

        return EachAsync(changing, loaded => loaded.Person.Own.Id, node.AdoptAsync, done, failed, cancellationToken);
    }

    /// <summary>Whether anything is to be written for her, or taken over by her memory. Judged at once, so while she is being read.</summary>
    internal bool IsChanging(LoadedIdentity loaded)
    {
        var now = clock.GetUtcNow();

        // In memory she may lack what the catalog's new conditions need, and would read her log for it with her next event.
        if (node.Peek(loaded.Person.Own.Id) is { } active && active.Components.Any(component => component.Windows.KnownThrough < loaded.Catalog.HighestCondition)) return true;
        var judged = loaded.Catalog.Evaluate(loaded.Memberships, loaded.Person, PersonChange.Everything, now);
        if (judged.Undecided.Count > 0 || judged.Entered.Count > 0 || judged.Left.Count > 0) return true;

        // A wake that comes too early costs one look.
        return judged.Due is { } due && (loaded.Due is null || loaded.Due > due);
    }

    /// <summary>Has these look at themselves.</summary>
    internal Task ReevaluateAsync(IEnumerable<IdentityId> people, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken) =>
        EachAsync(people, id => id, (id, token) => grains.Identity(id).ReevaluateAsync(token), done, failed, cancellationToken);

    /// <summary>Has these look at themselves as they are stored, whatever they remember.</summary>
    internal Task LoadAgainAsync(IEnumerable<IdentityId> people, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken) => EachAsync(
        people,
        id => id,
        async (id, token) =>
        {
            await grains.Identity(id).RefreshAsync(token);
            await grains.Identity(id).ReevaluateAsync(token);
        },
        done,
        failed,
        cancellationToken);

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
