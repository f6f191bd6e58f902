using System.Text;
using CdpPipeline.Api.Ingest;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class NameCacheTests
{
    [Fact]
    public void The_same_bytes_give_the_same_string()
    {
        var cache = new NameCache(16);

        Assert.Same(cache.Get("Ördered"u8), cache.Get("Ördered"u8));
    }

    [Fact]
    public void Names_that_share_a_place_are_never_mixed_up()
    {
        var cache = new NameCache(1);

        for (var i = 0; i < 1000; i++) Assert.Equal($"name {i % 7}", cache.Get(Encoding.UTF8.GetBytes($"name {i % 7}")));
    }

    [Fact]
    public void A_long_name_is_read_and_not_kept()
    {
        var cache = new NameCache(16);
        var name = new byte[NameCache.BytesMax + 1];
        Array.Fill(name, (byte)'n');

        Assert.Equal(name.Length, cache.Get(name).Length);
        Assert.NotSame(cache.Get(name), cache.Get(name));
    }
}
