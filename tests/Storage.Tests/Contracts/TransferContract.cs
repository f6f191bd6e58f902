using System.IO.Compression;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Tests.Sqlite;
using CdpPipeline.Storage.Transfer;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Everything that is kept can be carried into an empty store of either kind, and back, without loss.</summary>
public abstract class TransferContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private readonly string folder = Directory.CreateTempSubdirectory("cdp-transfer-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_went_through_an_archive_into_a_file_and_back_is_the_same()
    {
        await FillAsync();
        var first = await ExportAsync("first.zip");

        await using (var other = new SqliteFixture())
        {
            await using var file = await other.OpenAsync(Stream, Token);
            await StoreArchive.ImportAsync(file.Transfer, PathOf("first.zip"), Token);
            await StoreArchive.ExportAsync(file.Transfer, PathOf("second.zip"), TimeProvider.System, Token);
        }

        await EmptyAsync();
        await StoreArchive.ImportAsync(Store.Transfer, PathOf("second.zip"), Token);
        var last = await ExportAsync("last.zip");

        Assert.Equal(first.Tables.OrderBy(table => table.Key), last.Tables.OrderBy(table => table.Key));
        Assert.All(first.Tables, table => Assert.True(table.Value.Rows > 0, $"{table.Key} was not tried."));
    }

    [Fact]
    public async Task The_numbers_that_the_store_gives_out_go_on_behind_those_imported()
    {
        await FillAsync();
        await ExportAsync("some.zip");
        var segment = new SegmentId(Guid.CreateVersion7());
        await EmptyAsync();
        await StoreArchive.ImportAsync(Store.Transfer, PathOf("some.zip"), Token);
        await ReopenAsync();

        var before = (await Store.Transitions.ReadAsync([], 100, Token)).Max(each => each.Place.Writer);
        var created = await CreateAsync(UserId("new"));
        await KeepAsync(segment);
        await CommitAsync(new Append { Entries = [], Memberships = [Enter(segment, created)] });

        var told = (await Store.Transitions.ReadAsync([], 100, Token)).Single(each => each.Segment == segment);
        Assert.True(told.Place.Writer > before, "A writer's number came twice.");
    }

    [Fact]
    public async Task A_store_that_has_anything_takes_nothing()
    {
        await FillAsync();
        await ExportAsync("some.zip");

        var refused = await Assert.ThrowsAsync<TransferException>(() => StoreArchive.ImportAsync(Store.Transfer, PathOf("some.zip"), Token));

        Assert.StartsWith("The store is not empty: document has rows", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("event.ndjson", "[1,", "that is not a row of that table")]
    [InlineData("identifier.ndjson", "", "identifier in the archive has 0 rows")]
    [InlineData("manifest.json", "{}", "is of format 0")]
    [InlineData("manifest.json", "!", "manifest.json can't be read")]
    [InlineData("manifest.json", null, "it was not written to its end")]
    [InlineData("due.ndjson", null, "lacks due.ndjson")]
    public async Task A_damaged_archive_says_where_and_leaves_the_store_empty(string entry, string? content, string message)
    {
        await FillAsync();
        await ExportAsync("damaged.zip");
        using (var archive = ZipFile.Open(PathOf("damaged.zip"), ZipArchiveMode.Update))
        {
            archive.GetEntry(entry)!.Delete();
            if (content is not null)
            {
                await using var writer = new StreamWriter(await archive.CreateEntry(entry).OpenAsync(Token));
                await writer.WriteAsync(content);
            }
        }

        await EmptyAsync();
        var refused = await Assert.ThrowsAsync<TransferException>(() => StoreArchive.ImportAsync(Store.Transfer, PathOf("damaged.zip"), Token));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.All((await ExportAsync("after.zip")).Tables, table => Assert.Equal(0, table.Value.Rows));
    }

    [Fact]
    public async Task An_export_does_not_overwrite_and_a_file_that_is_none_is_refused()
    {
        await File.WriteAllTextAsync(PathOf("taken.zip"), "mine", Token);

        await Assert.ThrowsAsync<TransferException>(() => ExportAsync("taken.zip"));
        await Assert.ThrowsAsync<TransferException>(() => StoreArchive.ImportAsync(Store.Transfer, PathOf("taken.zip"), Token));
        await Assert.ThrowsAsync<TransferException>(() => StoreArchive.ImportAsync(Store.Transfer, PathOf("absent.zip"), Token));

        Assert.Equal("mine", await File.ReadAllTextAsync(PathOf("taken.zip"), Token));
    }

    [Fact]
    public async Task Every_table_of_the_schema_is_carried_with_all_its_columns()
    {
        var columns = (await ColumnsAsync()).Where(column => column.Table is not ("schema_version" or "key_block" or "fenced_node" or "cluster" or "cluster_member" or "membership_touch") && column.Column is not ("told_by" or "told_to")).Order();

        Assert.Equal(columns, TransferTable.All.SelectMany(table => table.Columns.Select(column => (table.Name, column.Name))).Order());
    }

    /// <summary>The columns that the open store's database has.</summary>
    protected abstract Task<IReadOnlyList<(string Table, string Column)>> ColumnsAsync();

    private string PathOf(string name) => Path.Combine(folder, name);

    private Task<TransferManifest> ExportAsync(string name) => StoreArchive.ExportAsync(Store.Transfer, PathOf(name), TimeProvider.System, Token);

    private static MembershipChange Enter(SegmentId segment, NewIdentity who) =>
        new(segment, who.Key, Noon) { News = new MembershipNews(Noon, MembershipCause.Event) };

    /// <summary>Something in every table, with texts that are hard to carry.</summary>
    private async Task FillAsync()
    {
        var segment = new SegmentId(Guid.CreateVersion7());
        await KeepAsync(segment);
        await Store.Documents.PutAsync("kind", "\u00e9\u2028\"\\", """{"a":"\r\n\ud83d\ude00"}"""u8.ToArray(), 0, Token);
        var ann = await CreateAsync(UserId("\u00c5nn \ud83d\ude00"), Email("ann@example.com"));
        await CommitAsync(
            new Append
            {
                Entries = [.. Enumerable.Range(1, 3).Select(seq => Entry(ann.Key, seq, Track($"Caf\u00e9 \u2028 {seq}", Noon.AddDays(-seq), $"m-{seq}", UserId("\u00c5nn \ud83d\ude00"))))],
                Memberships = [Enter(segment, ann)],
                Due = [new DueChange(ann.Key, Noon.AddDays(1))],
                MessageBlocks = [new MessageBlock(ann.Key, 0, new long[] { 1, -2, 3 }, new[] { 1, 2, 3 })],
            });
        await Log.SaveSnapshotAsync(ann.Key, 3, new byte[] { 0, 255, 10, 13 }, Token);
        await CommitAsync(new Append { Entries = [], Expired = [new ChangeEntry(ann.Key, 2, Noon, new Expired(-9, [Email("ann@example.com")]))] });
        await Store.Expiry.KeepAsync([new KeptLog(ann.Key, 1, 3)], [new SourceCutoff("site", Noon)], Token);
        await Store.Audit.BeginAsync(new AuditEntry(Guid.CreateVersion7(), Noon, new AuditActor("admin", "\u00c5dmin", null), "source.create"), Token);
        var gone = await CreateAsync(UserId("gone"));
        var erasure = new Erasure(Guid.CreateVersion7(), gone.Id, [new ErasedComponent(gone.Key, 0)], [UserId("gone")], Noon) { Suppressed = [Guid.NewGuid()] };
        Assert.IsType<Erased>(await Log.AppendAsync(new Append { Entries = [], Erasure = erasure }, Token));
        Assert.True(await Store.Erasures.SweepAsync(erasure.Receipt, 10, Noon, Token));
    }
}
