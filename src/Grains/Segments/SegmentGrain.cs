using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <inheritdoc cref="ISegmentGrain"/>
public sealed class SegmentGrain(SegmentId id, IMembershipIndex memberships, GrainMetrics metrics, TimeProvider clock) : ISegmentGrain
{
    private Dictionary<int, long>? positions;
    private long count;
    private DateTimeOffset changedAt;

    public async ValueTask<SegmentCount> CountAsync(CancellationToken cancellationToken)
    {
        if (positions is null) await CountAgainAsync(cancellationToken);
        return new SegmentCount(id, count, changedAt);
    }

    public async ValueTask ApplyAsync(MembershipDelta delta, CancellationToken cancellationToken)
    {
        // Whoever asks first counts; until then there is nothing to keep up to date.
        if (positions is null) return;
        var included = positions.GetValueOrDefault(delta.Writer);
        if (delta.Commit <= included) return;
        if (delta.Previous > included)
        {
            await CountAgainAsync(cancellationToken);
            return;
        }

        positions[delta.Writer] = delta.Commit;
        count += delta.Entered - delta.Left;
        changedAt = delta.At;
    }

    // Until somebody asks there is no count that could be wrong.
    public Task RecountAsync(CancellationToken cancellationToken) => positions is null ? Task.CompletedTask : CountAgainAsync(cancellationToken);

    public async Task<SegmentAudit> AuditAsync(CancellationToken cancellationToken)
    {
        if (positions is null) await CountAgainAsync(cancellationToken);
        var rows = await memberships.CountAsync(id, cancellationToken);
        return new SegmentAudit(id, count, rows.Count, new Dictionary<int, long>(positions!));
    }

    private async Task CountAgainAsync(CancellationToken cancellationToken)
    {
        metrics.SegmentRecounted(isFirst: positions is null);
        positions = null;
        var stored = await memberships.CountAsync(id, cancellationToken);
        positions = new Dictionary<int, long>(stored.Commits);
        count = stored.Count;
        changedAt = clock.GetUtcNow();
    }
}
