using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>
/// Splits waiting appends so that no identifier is claimed twice in one transaction. Who comes second waits for the first
/// one's result: if that settled the identifier it is told so, otherwise it tries in the next round.
/// </summary>
internal sealed class ClaimRound
{
    private readonly Dictionary<Identifier, long> claimed = [];
    private readonly HashSet<Identifier> owned = [];

    public List<PendingAppend> Now { get; } = [];

    public List<PendingAppend> Later { get; } = [];

    public void Add(PendingAppend pending)
    {
        var claims = pending.Append.Claims;
        for (var i = 0; i < claims.Count; i++)
        {
            if (!claimed.ContainsKey(claims[i].Identifier)) continue;
            Later.Add(pending);
            return;
        }

        for (var i = 0; i < claims.Count; i++) claimed[claims[i].Identifier] = claims[i].Component;
        Now.Add(pending);
    }

    /// <summary>Notes how an append of this round ended.</summary>
    public void Settle(Append append, AppendResult result)
    {
        if (result is Committed) owned.UnionWith(append.Claims.Select(claim => claim.Identifier));
        else if (result is IdentifiersTaken taken) owned.UnionWith(taken.Identifiers);
    }

    /// <summary>Which of a later append's claims this round found or made somebody else's. None: it must try itself.</summary>
    public IReadOnlyList<Identifier> TakenFrom(Append later) =>
        [.. later.Claims.Where(claim => owned.Contains(claim.Identifier) && claimed[claim.Identifier] != claim.Component).Select(claim => claim.Identifier)];
}
