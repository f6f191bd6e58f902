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
    /// Judges everybody; <paramref name="failed"/> is told whose turn failed and why, and the others go on. With <paramref name="always"/> also those
    /// of whom nothing seems to change take their turn: their due time is over.
    /// </summary>
    internal async Task RunAsync(
        IEnumerable<LoadedIdentity> people, bool always, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var changing = new List<LoadedIdentity>();
        foreach (var loaded in people)
        {
            var id = loaded.Person.Own.Id;
            try
            {
                if (always || Changes(loaded, now)) changing.Add(loaded);
                else done(id);
            }
            catch (Exception exception)
            {
                failed(id, exception);
            }
        }

        await EachAsync(changing, loaded => loaded.Person.Own.Id, node.AdoptAsync, done, failed, cancellationToken);
    }

    /// <summary>Has these look at themselves.</summary>
    internal Task ReevaluateAsync(IEnumerable<IdentityId> people, Action<IdentityId> done, Action<IdentityId, Exception> failed, CancellationToken cancellationToken) =>
        EachAsync(people, id => id, (id, token) => grains.Identity(id).ReevaluateAsync(token), done, failed, cancellationToken);

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

    // In memory she may lack what the catalog's new conditions need, and would read her log for it with her next event.
    private bool Changes(LoadedIdentity loaded, DateTimeOffset now)
    {
        if (node.Peek(loaded.Person.Own.Id) is { } active && active.Components.Any(component => component.Windows.KnownThrough < loaded.Catalog.HighestCondition)) return true;
        var judged = loaded.Catalog.Evaluate(loaded.Memberships, loaded.Person, PersonChange.Everything, now);
        if (judged.Undecided.Count > 0 || judged.Entered.Count > 0 || judged.Left.Count > 0) return true;

        // A wake that comes too early costs one look.
        return judged.Due is { } due && (loaded.Due is null || loaded.Due > due);
    }
}
