namespace CdpPipeline.Domain.Events;

/// <summary>
/// A 64-bit fingerprint of a messageId (FNV-1a with Murmur3's finisher). Two texts may share one, so a hit is always checked against the
/// text.
/// </summary>
public static class MessageHash
{
    public static long Of(string messageId)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in messageId) hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return (long)(hash ^ (hash >> 33));
    }
}
