using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Merging;

namespace CdpPipeline.Grains.Ingest;

/// <summary>Finds who speaks for an identifier or an identity by now, and completes on the way what a crash left half merged.</summary>
public sealed class IdentityResolver(IGrains grains, AliasCache cache, Joiner joiner, GrainMetrics metrics)
{
    private const int HopsMax = MergeRules.ComponentsMax;
    private const int AttemptsMax = 16;

    /// <summary>The identity last known to speak for the identifier; null when nobody owns it.</summary>
    public ValueTask<IdentityId?> FindAsync(Identifier identifier, CancellationToken cancellationToken) =>
        cache.TryFind(identifier, out var known) ? new ValueTask<IdentityId?>(known) : AskAsync(identifier, cancellationToken);

    /// <summary>Where all who race for this unowned identifier meet.</summary>
    public async ValueTask<IdentityId> ProposeAsync(Identifier identifier, IdentityId proposal, CancellationToken cancellationToken) =>
        await grains.Alias(identifier).ResolveAsync(proposal, cancellationToken) ?? proposal;

    public async ValueTask ForgetAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        cache.Forget(identifier);
        await grains.Alias(identifier).ForgetAsync(cancellationToken);
    }

    /// <summary>
    /// The facts of whoever speaks for the identifier; null when nobody owns it. Asks for the owner, which never changes, and not the cache:
    /// after an undo that may name somebody who no longer speaks for it, and people are joined by what is said here.
    /// </summary>
    public async Task<IdentityFacts?> DescribeAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        if (await grains.Alias(identifier).ResolveAsync(proposal: null, cancellationToken) is not { } owner) return null;
        var facts = await DescribeAsync(owner, cancellationToken);
        if (facts is null)
        {
            // A proposal that nobody took up: meanwhile somebody else may own the identifier, and only the store knows.
            await ForgetAsync(identifier, cancellationToken);
            if (await grains.Alias(identifier).ResolveAsync(proposal: null, cancellationToken) is not { } known) return null;
            facts = await DescribeAsync(known, cancellationToken);
        }

        if (facts is not null) cache.Remember(identifier, facts.Id);
        return facts;
    }

    /// <summary>The facts of whoever speaks for the identity; null when there is none by this id.</summary>
    public async Task<IdentityFacts?> DescribeAsync(IdentityId identity, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var (facts, path) = await FollowAsync(identity, cancellationToken);
            if (facts is null || path.TrueForAll(facts.Components.Contains)) return facts;
            await RepairAsync(facts, path, cancellationToken);
        }

        throw new OverloadedException($"The merges of {identity} keep changing; try again.");
    }

    /// <summary>Where the merge pointers lead, and by whom.</summary>
    private async Task<(IdentityFacts? Facts, List<IdentityId> Path)> FollowAsync(IdentityId identity, CancellationToken cancellationToken)
    {
        var path = new List<IdentityId>();
        for (var hop = 0; hop < HopsMax; hop++)
        {
            var answer = await grains.Identity(identity).DescribeAsync(cancellationToken);
            if (answer.MovedTo is not { } next) return (answer.Facts, path);
            path.Add(identity);
            identity = next;
        }

        throw new OverloadedException($"The merge pointers of {identity} lead further than {HopsMax} steps.");
    }

    private async ValueTask<IdentityId?> AskAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        if (await grains.Alias(identifier).ResolveAsync(proposal: null, cancellationToken) is not { } owner) return null;
        cache.Remember(identifier, owner);
        return owner;
    }

    /// <summary>
    /// Somebody on the path points at the identity and is not part of it: its merge was begun and is completed here, or it was undone and
    /// its grain has not heard yet.
    /// </summary>
    private async Task RepairAsync(IdentityFacts root, List<IdentityId> path, CancellationToken cancellationToken)
    {
        for (var i = path.Count - 1; i >= 0; i--)
        {
            if (root.Components.Contains(path[i])) continue;
            await grains.Identity(path[i]).RefreshAsync(cancellationToken);
            if (await joiner.CompleteAsync(path[i], root.Id)) metrics.MergesRepaired.Add(1);
        }
    }
}
