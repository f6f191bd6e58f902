using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Tests.Events;

public sealed class MessageHashTests
{
    [Fact]
    public void A_fingerprint_is_stored_and_so_never_changes()
    {
        Assert.Equal(Expected("m-1"), MessageHash.Of("m-1"));
        Assert.Equal(Expected("ä\0😀"), MessageHash.Of("ä\0😀"));
    }

    [Fact]
    public void A_hundred_thousand_similar_texts_have_as_many_fingerprints() =>
        Assert.Equal(100_000, Enumerable.Range(0, 100_000).Select(i => MessageHash.Of($"message-{i}")).Distinct().Count());

    // FNV-1a over UTF-16 units, then Murmur3's finisher, written out once more.
    private static long Expected(string text)
    {
        var hash = new System.Numerics.BigInteger(14695981039346656037UL);
        var mask = (System.Numerics.BigInteger.One << 64) - 1;
        foreach (var c in text) hash = ((hash ^ c) * 1099511628211UL) & mask;
        hash = ((hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL) & mask;
        hash = ((hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL) & mask;
        return unchecked((long)(ulong)(hash ^ (hash >> 33)));
    }
}
