using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Identities;

/// <summary>Answers what would be. Nothing here changes memory or store.</summary>
public sealed partial class IdentityGrain
{
    public async Task<MergePreviewAnswer> PreviewAbsorbAsync(IdentityId loser, CancellationToken cancellationToken)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } person) return default;
        if (person.Own.MergedInto is { } survivor) return new MergePreviewAnswer(null, survivor);
        var catalog = services.Catalogs.Current;
        var other = await services.Loader.LoadAsync(loser, catalog, cancellationToken);
        if (other.Person is not { Own.MergedInto: null } absorbed || person.Find(loser) is not null) return default;
        var together = await services.Loader.CatchUpAsync(person.Absorb(absorbed.Components), catalog, cancellationToken);
        var now = services.Clock.GetUtcNow();
        var judged = await services.Judge.EvaluateAsync(catalog, current.Memberships, together, PersonChange.Everything, [], now, cancellationToken);
        var segments = judged.State.Memberships.Select(pair => new SegmentMembership(pair.Key, pair.Value));
        var profile = ProfileView.Of(together, new Timeline([]), [.. segments], await services.Judge.TraitsAsync(catalog, together, now, cancellationToken), now);
        return new MergePreviewAnswer(new MergePreview(profile, judged.Entered, judged.Left), null);
    }

    public async Task<MatchAnswer> MatchesAsync(SegmentNode definition, CancellationToken cancellationToken)
    {
        var catalog = await services.Refresh.KnowingAsync(definition, beside: null, cancellationToken);
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { } existing) return default;
        if (existing.Own.MergedInto is { } survivor) return new MatchAnswer(false, survivor);
        var preview = services.Previews.Of(definition, catalog);
        var now = services.Clock.GetUtcNow();
        var windows = await services.Judge.WindowsAsync(preview, catalog, existing, now, cancellationToken);
        return new MatchAnswer(preview.Segment.Matches(existing, windows, now), null);
    }
}
