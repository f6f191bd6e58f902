using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>The turns of people who are due together: those in memory by themselves, the others read and written many at a time.</summary>
public sealed partial class DueTurns(
    INodeIdentities node,
    BulkLoader loader,
    BulkAdoption adoption,
    CatalogView view,
    GrainMetrics metrics,
    TimeProvider clock,
    ILogger<DueTurns> logger)
{
    private readonly Stragglers<IdentityId> stragglers = new(clock);

    /// <summary>Whether somebody has failed so lately that she is left alone.</summary>
    public bool IsResting(IdentityId id) => stragglers.IsResting(id);

    /// <summary>Leaves somebody alone for a while, each time longer.</summary>
    public void PutOff(IdentityId id) => stragglers.Add(id);

    /// <summary>Reads those who are not in memory. Of some it is <paramref name="doubted"/> whether memory and store say the same.</summary>
    internal async Task<DueBatch> ReadAsync(IReadOnlyList<DueIdentity> due, IReadOnlySet<IdentityId> doubted, CancellationToken cancellationToken)
    {
        var elsewhere = due.Where(identity => node.Peek(identity.Id) is null).Select(identity => identity.Key).ToHashSet();
        var page = elsewhere.Count == 0 ? null : await loader.LoadAsync(elsewhere, view.Current, adoption.Judged, cancellationToken);
        return new DueBatch(due, page, doubted);
    }

    /// <summary>Brings each up to the clock. Whose turn fails is a straggler.</summary>
    internal async Task WakeAsync(DueBatch batch, CancellationToken cancellationToken)
    {
        var instants = batch.Due.ToDictionary(identity => identity.Id, identity => identity.At);
        var left = instants.Keys.ToHashSet();
        if (batch.Page is { } page)
        {
            left.ExceptWith(page.People.Select(loaded => loaded.Person.Own.Id));
            await adoption.RunAsync(page, Done, Failed, cancellationToken);
        }

        List<IdentityId> again = [.. left.Where(batch.Doubted.Contains)];
        left.ExceptWith(again);
        await adoption.LoadAgainAsync(again, Done, Failed, cancellationToken);
        await adoption.ReevaluateAsync(left, Done, Failed, cancellationToken);

        void Done(IdentityId id)
        {
            stragglers.Remove(id);
            metrics.DueLateness.Record((clock.GetUtcNow() - instants[id]).TotalSeconds);
            metrics.DueWoken.Add(1);
        }
    }

    private void Failed(IdentityId id, Exception exception) => NotWoken(exception, id.Value, stragglers.Add(id));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Identity {Id} could not be woken; trying again in {Pause}.")]
    private partial void NotWoken(Exception exception, Guid id, TimeSpan pause);
}
