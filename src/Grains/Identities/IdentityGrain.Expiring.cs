using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

public sealed partial class IdentityGrain
{
    public async Task<ExpireAnswer> ExpireAsync(ExpireRequest request, CancellationToken cancellationToken)
    {
        var wasInMemory = remembered is not null;
        try
        {
            for (var attempt = 0; attempt < AttemptsMax; attempt++)
            {
                var catalog = services.Catalogs.Current;
                var current = memory ?? await LoadAsync(cancellationToken);
                if (current.Person is not { Own.MergedInto: null } existing || existing.Find(request.Component) is null) return new ExpireAnswer(ExpireVerdict.Again, 0);
                var person = await services.Loader.CatchUpAsync(existing, catalog, cancellationToken);
                var now = services.Clock.GetUtcNow();
                var expired = await services.Expiry.LookAsync(person, request, catalog, now.Whole(), cancellationToken);
                var (after, gone) = (expired.Person, expired.Gone);
                if (gone.Count == 0) return new ExpireAnswer(ExpireVerdict.Done, 0) { KeptTo = expired.KeptTo, LastSeq = person.Find(request.Component)!.Seq };
                var judged = await services.Judge.EvaluateAsync(catalog, current.Memberships, after, PersonChange.Everything, gone, now, cancellationToken);
                var turn = new Turn(after, [], judged, now) { Expired = gone, Cause = MembershipCause.Retention, IsDueExact = true, Catalog = catalog.Version };
                switch (await AppendAsync(current, turn))
                {
                    case Committed:
                        (timeline, profile) = (null, null);
                        var lastSeq = remembered!.Person!.Find(request.Component)!.Seq;
                        if (services.Catalogs.Current.Version != catalog.Version) await ReevaluateAsync(catalog.Version, cancellationToken);
                        return new ExpireAnswer(expired.HasMore ? ExpireVerdict.More : ExpireVerdict.Done, gone.Count) { KeptTo = expired.KeptTo, LastSeq = lastSeq };
                    case OldCatalog or OldErasures:
                        // Each time there is a newer one, so this lasts no longer than somebody goes on saving or erasing.
                        attempt--;
                        break;
                    default:
                        Forget();
                        break;
                }
            }
        }
        finally
        {
            // Somebody who was not in memory does not stay there for it.
            if (!wasInMemory) Forget();
        }

        throw new OverloadedException("The identity keeps changing under the append; try again.");
    }
}
