using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Domain.Ingest;

/// <summary>
/// Decides, from what is known of an event's identifiers, whom it belongs to and who must be joined first. Pure, and only on real facts:
/// a userId that the event is about to give counts for nobody yet, or two callers could send two people into each other.
/// </summary>
public static class RouteRules
{
    /// <summary>One step at a time: a merge to make before asking again, or the target with the identifiers that others keep.</summary>
    public static Route Plan(Event e, IReadOnlyList<OwnedIdentifier> owned)
    {
        var owners = new List<IdentityFacts>();
        foreach (var (_, owner) in owned)
        {
            if (owners.TrueForAll(known => known.Id != owner.Id)) owners.Add(owner);
        }

        var user = e.Identifiers[0].Kind == IdentifierKind.UserId ? e.Identifiers[0].Value : null;
        var candidates = user is null || owners.Exists(owner => owner.UserId == user || owned.Any(pair => pair.Identifier == e.Identifiers[0] && pair.Owner.Id == owner.Id))
            ? owners
            : owners.FindAll(owner => !owner.HasUserId);
        if (candidates.Count == 0) return new Route(null, null, Foreign(owned, default));

        var target = candidates[0];
        foreach (var other in candidates.Skip(1))
        {
            var decision = MergeRules.Decide(target, other, isExplicit: false);
            if (decision.Refusal is null)
                return new Route(null, decision.Survivor == target.Id ? new Join(other, target) : new Join(target, other), []);
        }

        return new Route(target.Id, null, Foreign(owned, target.Id));
    }

    private static IReadOnlyList<ForeignIdentifier> Foreign(IReadOnlyList<OwnedIdentifier> owned, IdentityId target) =>
        [.. owned.Where(pair => pair.Owner.Id != target).Select(pair => new ForeignIdentifier(pair.Identifier, pair.Owner.Id))];
}

/// <summary>An identifier of the event, and the identity that speaks for it now. In order of priority.</summary>
public readonly record struct OwnedIdentifier(Identifier Identifier, IdentityFacts Owner);

/// <summary>Either a merge to make first, or a target (null: a new identity).</summary>
public sealed record Route(IdentityId? Target, Join? Merge, IReadOnlyList<ForeignIdentifier> Foreign);

/// <summary>Two identities to be joined, as the rules see them.</summary>
public sealed record Join(IdentityFacts Loser, IdentityFacts Survivor);
