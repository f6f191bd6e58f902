using System.Text;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Documents with optimistic concurrency.</summary>
public abstract class DocumentStoreContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private IDocumentStore Documents => Store.Documents;

    [Fact]
    public async Task A_document_is_kept_as_it_was_written_and_counts_its_versions()
    {
        const string Text = """{"b": 1,  "a":"😀 'quoted'", "b":2}""";
        Assert.True(await Documents.PutAsync("segment", "s1", Json("{}"), 0, Token));
        Assert.True(await Documents.PutAsync("segment", "s1", Json(Text), 1, Token));

        var document = await Documents.GetAsync("segment", "s1", Token);

        Assert.Equal(("s1", Text, 2L), (document!.Id, Encoding.UTF8.GetString(document.Json.Span), document.Version));
        Assert.Null(await Documents.GetAsync("source", "s1", Token));
    }

    [Fact]
    public async Task A_stale_version_is_refused()
    {
        Assert.False(await Documents.PutAsync("k", "a", Json("1"), 1, Token));
        Assert.True(await Documents.PutAsync("k", "a", Json("1"), 0, Token));
        Assert.False(await Documents.PutAsync("k", "a", Json("2"), 0, Token));
        Assert.False(await Documents.PutAsync("k", "a", Json("2"), 2, Token));
        Assert.Equal(1, (await Documents.GetAsync("k", "a", Token))!.Version);
    }

    [Fact]
    public async Task Of_many_who_write_the_same_version_one_wins()
    {
        for (var version = 0L; version < 5; version++)
        {
            var expected = version;
            var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Documents.PutAsync("k", "a", Json($"{i}"), expected, Token))));

            Assert.Single(won, true);
        }
    }

    [Fact]
    public async Task Documents_are_listed_by_kind_in_the_order_of_their_ids()
    {
        foreach (var id in new[] { "b", "a", "ä", "B", "10", "9" }) await Documents.PutAsync("k", id, Json("1"), 0, Token);
        await Documents.PutAsync("other", "z", Json("1"), 0, Token);

        Assert.Equal(["10", "9", "B", "a", "b", "ä"], (await Documents.ListAsync("k", Token)).Select(document => document.Id));
    }

    [Fact]
    public async Task A_deleted_document_is_gone_and_may_be_written_anew()
    {
        await Documents.PutAsync("k", "a", Json("1"), 0, Token);
        await Documents.DeleteAsync("k", "a", Token);
        await Documents.DeleteAsync("k", "a", Token);

        Assert.Null(await Documents.GetAsync("k", "a", Token));
        Assert.True(await Documents.PutAsync("k", "a", Json("1"), 0, Token));
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);
}
