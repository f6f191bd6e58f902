using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Identities;

/// <summary>Answers why a definition holds or does not. Changes nothing.</summary>
public sealed partial class IdentityGrain
{
    public async Task<ExplainAnswer> ExplainAsync(SegmentId segment, SegmentNode definition, CancellationToken cancellationToken)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } existing) return default;
        if (existing.Own.MergedInto is { } survivor) return new ExplainAnswer(null, survivor);
        var catalog = services.Catalogs.Current;
        var preview = services.Previews.Of(definition, catalog);
        var person = await services.Loader.CatchUpAsync(existing, catalog, cancellationToken);
        var windows = preview.NeedsLog ? await ReplayAsync(person, preview, cancellationToken) : person.Combination.Windows;
        var now = services.Clock.GetUtcNow();
        var root = preview.Explain(person, windows, now);
        var evidence = await new EvidenceSearch(services.Log, person, now).FindAsync(root, cancellationToken);
        return new ExplainAnswer(new Explanation(id, now, current.Memberships.Since(segment), root, evidence), null);
    }
}
