using CdpPipeline.Api.Auth;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class WriteKeysTests
{
    private static readonly KeyedSource Shop = new(new Source("s1", "shop") { Origins = ["https://shop.example"] }, WriteKeys.Hash("wk_shop"));

    [Theory]
    [InlineData("wk_shop", true)]
    [InlineData("wk_shoq", false)]
    [InlineData("wk_sho", false)]
    [InlineData("WK_SHOP", false)]
    [InlineData("", false)]
    public void Only_the_very_key_finds_its_source(string key, bool isFound)
    {
        var keys = new WriteKeys(Shop);

        Assert.Equal(isFound, keys.TryFindSource(key, out var source));
        Assert.Equal(isFound, keys.TryFindSource(key, out var again));
        Assert.Same(source, again);
    }

    [Fact]
    public void A_key_longer_than_the_limit_is_never_found()
    {
        var key = new string('k', WriteKeys.LengthMax + 1);
        var keys = new WriteKeys(new KeyedSource(Shop.Source, WriteKeys.Hash(key)));

        Assert.False(keys.TryFindSource(key, out _));
        Assert.True(keys.TryFindSource(key.AsSpan(1), out _));
    }

    [Fact]
    public void More_sources_than_are_remembered_are_all_found()
    {
        var keys = new WriteKeys();
        keys.Replace(Enumerable.Range(0, WriteKeys.SeenMax + 10).Select(i => new KeyedSource(new Source($"{i}", $"n{i}"), WriteKeys.Hash($"key{i}"))));

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < WriteKeys.SeenMax + 10; i++)
            {
                Assert.True(keys.TryFindSource($"key{i}", out var source));
                Assert.Equal($"{i}", source.Id);
            }
        }
    }

    [Fact]
    public void A_source_survives_its_document()
    {
        var read = SourceDocuments.Read(new Document("s1", SourceDocuments.Write(Shop), 1));

        Assert.Equal((Shop.Source.Id, Shop.Source.Name), (read.Source.Id, read.Source.Name));
        Assert.Equal(Shop.Source.Origins, read.Source.Origins);
        Assert.Equal(Shop.KeyHash.ToArray(), read.KeyHash.ToArray());
    }
}
