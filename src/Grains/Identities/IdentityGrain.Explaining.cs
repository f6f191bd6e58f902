using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Identities;

/// <summary>Answers why a definition holds or does not. Changes nothing.</summary>
public sealed partial class IdentityGrain
{
    public async Task<ExplainAnswer> ExplainAsync(SegmentId segment, SegmentNode definition, CancellationToken cancellationToken)
    {
        var catalog = await services.Refresh.KnowingAsync(definition, beside: null, cancellationToken);
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } existing) return default;
        if (existing.Own.MergedInto is { } survivor) return new ExplainAnswer(null, survivor);
        var preview = services.Previews.Of(definition, catalog);
        var now = services.Clock.GetUtcNow();
        var windows = await services.Judge.WindowsAsync(preview, catalog, existing, now, cancellationToken);
        var root = preview.Explain(existing, windows, now);
        var evidence = await new EvidenceSearch(services.Log, existing, now).FindAsync(root, cancellationToken);
        return new ExplainAnswer(new Explanation(id, now, current.Memberships.Since(segment), root, evidence), null);
    }
}
