using System.Collections.Concurrent;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Erasing;

/// <summary>
/// Who was erased and what is suppressed, as far as this node knows: it may lag behind the store, which writes nothing that was decided by an older
/// revision. Whoever decides reads <see cref="Revision"/> first and asks then, since the lists are at least as new as it. Thread-safe; takes about 50
/// bytes for each identity or identifier, and costs nothing while there are none.
/// </summary>
public sealed class ErasureView
{
    private readonly ConcurrentDictionary<Guid, bool> erased = new();
    private readonly ConcurrentDictionary<Guid, bool> suppressed = new();
    private volatile IdentifierHash? hash;
    private long revision;
    private volatile bool hasErased;
    private volatile bool hasSuppressed;

    /// <summary>Everything up to this revision is known here.</summary>
    public long Revision => Volatile.Read(ref revision);

    /// <summary>Suppressed identifiers.</summary>
    public int SuppressedCount => suppressed.Count;

    public bool IsErased(IdentityId id) => hasErased && erased.ContainsKey(id.Value);

    /// <summary>Whether an event names anybody who was erased, by an identifier or as the previous id of an alias call.</summary>
    public bool Suppresses(Event e)
    {
        if (!hasSuppressed) return false;
        for (var i = 0; i < e.Identifiers.Count; i++)
        {
            if (Suppresses(e.Identifiers[i])) return true;
        }

        return e.PreviousId is { } previous
            && (Suppresses(new Identifier(IdentifierKind.UserId, previous)) || Suppresses(new Identifier(IdentifierKind.AnonymousId, previous)));
    }

    public bool Suppresses(Identifier identifier) => hasSuppressed && suppressed.ContainsKey(hash!.Of(identifier));

    internal void Set(ErasureNews news, IdentifierHash? key)
    {
        if (key is not null) hash = key;
        foreach (var id in news.Erased) erased[id.Value] = true;
        foreach (var (hashed, isSuppressed) in news.Suppressions)
        {
            if (isSuppressed) suppressed[hashed] = true;
            else suppressed.TryRemove(hashed, out _);
        }

        hasErased |= news.Erased.Count > 0;
        hasSuppressed |= news.Suppressions.Count > 0;
        Volatile.Write(ref revision, news.Revision);
    }
}
