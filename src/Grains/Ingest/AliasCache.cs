using System.Collections.Concurrent;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Ingest;

/// <summary>
/// What this node last heard of who speaks for an identifier. Bounded; a stale entry costs a detour and no more, since a merged
/// identity says where it moved and the store decides claims.
/// </summary>
public sealed class AliasCache
{
    private readonly int entriesMax;
    private readonly Lock turning = new();
    private ConcurrentDictionary<Identifier, IdentityId> young = new();
    private ConcurrentDictionary<Identifier, IdentityId> old = new();
    private int youngCount;
    private long hits;
    private long misses;

    /// <param name="entriesMax">How many identifiers are remembered at most; the least recently used half goes first.</param>
    public AliasCache(int entriesMax) => this.entriesMax = entriesMax;

    /// <summary>Look-ups that found somebody, since the start.</summary>
    public long Hits => Interlocked.Read(ref hits);

    /// <summary>Look-ups that found nobody, since the start.</summary>
    public long Misses => Interlocked.Read(ref misses);

    public bool TryFind(Identifier identifier, out IdentityId identity)
    {
        var isFound = TryLook(identifier, out identity);
        Interlocked.Increment(ref isFound ? ref hits : ref misses);
        return isFound;
    }

    public void Remember(Identifier identifier, IdentityId identity)
    {
        if (young.TryAdd(identifier, identity)) Grow();
        else young[identifier] = identity;
    }

    public void Forget(Identifier identifier)
    {
        young.TryRemove(identifier, out _);
        old.TryRemove(identifier, out _);
    }

    /// <summary>Forgets every identifier of these identities. Looks at everything that is remembered.</summary>
    public void Forget(IReadOnlySet<IdentityId> identities)
    {
        foreach (var generation in (ReadOnlySpan<ConcurrentDictionary<Identifier, IdentityId>>)[young, old])
        {
            foreach (var entry in generation)
            {
                if (identities.Contains(entry.Value)) generation.TryRemove(entry);
            }
        }
    }

    private bool TryLook(Identifier identifier, out IdentityId identity)
    {
        if (young.TryGetValue(identifier, out identity)) return true;
        if (!old.TryGetValue(identifier, out identity)) return false;
        Remember(identifier, identity);
        return true;
    }

    // Counted beside: a concurrent dictionary's own count locks all of it.
    private void Grow()
    {
        if (Interlocked.Increment(ref youngCount) <= entriesMax / 2) return;
        lock (turning)
        {
            if (youngCount <= entriesMax / 2) return;
            (old, young) = (young, new());
            youngCount = 0;
        }
    }
}
