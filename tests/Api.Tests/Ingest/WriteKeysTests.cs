using System.Text;
using CdpPipeline.Api.Auth;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class WriteKeysTests
{
    private static readonly KeyedSource Shop = new(new Source("s1", "shop") { AllowedOrigins = ["https://shop.example"] }, WriteKeys.Hash("wk_shop"));

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
        keys.Replace([.. Enumerable.Range(0, WriteKeys.SeenMax + 10).Select(i => new KeyedSource(new Source($"{i}", $"n{i}"), WriteKeys.Hash($"key{i}")))]);

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
    public void Each_of_a_sources_keys_finds_it()
    {
        var keys = new WriteKeys();
        keys.Replace([Shop with { Keys = [.. Shop.Keys, new WriteKey("k2", "new site", WriteKeys.Hash("wk_two"), null)] }]);

        Assert.True(keys.TryFindSource("wk_shop", out var one));
        Assert.True(keys.TryFindSource("wk_two", out var other));
        Assert.Same(one, other);
    }

    [Fact]
    public void The_configured_key_is_that_of_the_source_that_has_it()
    {
        var keys = new WriteKeys(new KeyedSource(new Source("default", "default"), WriteKeys.Hash("wk_shop")));
        keys.Replace([Shop]);

        Assert.True(keys.TryFindSource("wk_shop", out var source));
        Assert.Same(Shop.Source, source);
    }

    [Fact]
    public void A_source_survives_its_document()
    {
        var source = Shop.Source with { AllowedEvents = new HashSet<string> { "B", "A" }, RateLimit = new RateLimit(5, 10) };
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var keyed = new KeyedSource(source, [Shop.Keys[0], new WriteKey("k2", "new site", WriteKeys.Hash("wk_two"), at)]);

        var read = SourceDocuments.Read(new Document("s1", SourceDocuments.Write(keyed), 1));

        Assert.Equal((source.Id, source.Name, source.RateLimit), (read.Source.Id, read.Source.Name, read.Source.RateLimit));
        Assert.Equal(source.AllowedOrigins, read.Source.AllowedOrigins);
        Assert.Equal(["A", "B"], read.Source.AllowedEvents.Order());
        Assert.Equal([("first", null, null), ("k2", "new site", at)], read.Keys.Select(key => (key.Id, key.Label, key.CreatedAt)));
        Assert.Equal(keyed.Keys.Select(key => Convert.ToHexString(key.KeyHash.Span)), read.Keys.Select(key => Convert.ToHexString(key.KeyHash.Span)));
    }

    [Fact]
    public void A_document_from_before_sources_had_several_keys_has_its_one()
    {
        var document = $$"""{"name":"shop","keyHash":"{{Convert.ToHexStringLower(WriteKeys.Hash("wk_shop"))}}","origins":["https://shop.example"]}""";

        var read = SourceDocuments.Read(new Document("s1", Encoding.UTF8.GetBytes(document), 1));

        var key = Assert.Single(read.Keys);
        Assert.Equal((WriteKey.First, Convert.ToHexString(WriteKeys.Hash("wk_shop"))), (key.Id, Convert.ToHexString(key.KeyHash.Span)));
        Assert.True(read.Source.Takes("anything"));
    }
}
