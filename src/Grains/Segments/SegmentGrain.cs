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
    private OpenAudit? audit;

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
        audit?.Include(delta);
    }

    // Until somebody asks there is no count that could be wrong.
    public Task RecountAsync(CancellationToken cancellationToken) => positions is null ? Task.CompletedTask : CountAgainAsync(cancellationToken);

    public async Task<SegmentAudit> AuditAsync(CancellationToken cancellationToken)
    {
        if (positions is null) await CountAgainAsync(cancellationToken);
        if (audit is null || clock.GetElapsedTime(audit.BeganAt) > OpenAudit.Patience)
        {
            // Read within the turn: the counter includes nothing that these rows do not.
            var rows = await memberships.CountAsync(id, cancellationToken);
            audit = new OpenAudit(rows, count, positions!, clock.GetTimestamp());
        }

        var answer = audit.Answer(id);
        if (answer.IsEqual) audit = null;
        return answer;
    }

    private async Task CountAgainAsync(CancellationToken cancellationToken)
    {
        metrics.SegmentRecounted(isFirst: positions is null);
        positions = null;
        audit = null;
        var stored = await memberships.CountAsync(id, cancellationToken);
        positions = new Dictionary<int, long>(stored.Commits);
        count = stored.Count;
        changedAt = clock.GetUtcNow();
    }
}
