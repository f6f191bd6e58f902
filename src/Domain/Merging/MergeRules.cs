using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Merging;

/// <summary>Decides whether two identities may be joined and which one survives. Pure and symmetric.</summary>
public static class MergeRules
{
    /// <summary>Components an identity may speak for. A merge that would pass it is refused, so that loading a person stays bounded.</summary>
    public const int ComponentsMax = 500;

    /// <summary>
    /// The side with a userId survives; if neither has one, the older. If both have one, only an explicit merge joins
    /// them, and <paramref name="preferred"/> survives. A pair once kept apart by an undo is joined again only explicitly.
    /// </summary>
    public static MergeDecision Decide(IdentityFacts left, IdentityFacts right, bool isExplicit, IdentityId? preferred = null)
    {
        if (left.Id == right.Id) return MergeDecision.Refuse(MergeRefusal.Same);
        if (left.Components.Count + right.Components.Count > ComponentsMax) return MergeDecision.Refuse(MergeRefusal.TooManyComponents);
        if (!isExplicit && AreKeptApart(left, right)) return MergeDecision.Refuse(MergeRefusal.KeptApart);
        if (left.HasUserId && right.HasUserId)
        {
            if (!isExplicit) return MergeDecision.Refuse(MergeRefusal.BothHaveUserId);
            return preferred == right.Id ? MergeDecision.Join(left.Id, right.Id) : MergeDecision.Join(right.Id, left.Id);
        }

        var leftSurvives = left.HasUserId != right.HasUserId ? left.HasUserId : IsOlder(left, right);
        return leftSurvives ? MergeDecision.Join(right.Id, left.Id) : MergeDecision.Join(left.Id, right.Id);
    }

    private static bool AreKeptApart(IdentityFacts left, IdentityFacts right) =>
        left.KeptApart.Any(right.Components.Contains) || right.KeptApart.Any(left.Components.Contains);

    private static bool IsOlder(IdentityFacts left, IdentityFacts right) =>
        left.CreatedAt != right.CreatedAt ? left.CreatedAt < right.CreatedAt : left.Id.CompareTo(right.Id) < 0;
}

/// <summary>Why two identities stay apart.</summary>
public enum MergeRefusal : byte
{
    Same = 1,
    BothHaveUserId = 2,
    KeptApart = 3,
    TooManyComponents = 4,
}

/// <summary>The outcome of the rule: a loser and a survivor, or a refusal.</summary>
public sealed record MergeDecision(IdentityId Loser, IdentityId Survivor, MergeRefusal? Refusal)
{
    public static MergeDecision Join(IdentityId loser, IdentityId survivor) => new(loser, survivor, null);

    public static MergeDecision Refuse(MergeRefusal refusal) => new(default, default, refusal);
}
