using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>The audit log: newest first, closed once, and gone when it is too old.</summary>
public abstract class AuditContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private static readonly AuditActor Ann = new("k1", "Ånn \"😀\"", "s1");
    private static readonly AuditActor Bob = new("k2", "Bob", null);

    [Fact]
    public async Task Entries_are_read_newest_first_page_by_page_and_by_actor_or_action()
    {
        var entries = new List<AuditEntry>();
        for (var i = 0; i < 10; i++) entries.Insert(0, await BeginAsync(Noon.AddSeconds(i), i % 2 == 0 ? Ann : Bob, i % 3 == 0 ? "a" : "b"));

        Assert.Equal(entries, await ReadAsync(new AuditQuery(100)));
        Assert.Equal(entries[..4], await ReadAsync(new AuditQuery(4)));
        Assert.Equal(entries[4..7], await ReadAsync(new AuditQuery(3, Before: entries[3].Id)));
        Assert.Equal(entries.Where(entry => entry.Actor == Ann), await ReadAsync(new AuditQuery(100, KeyId: "k1")));
        Assert.Equal(entries.Where(entry => entry.Action == "a"), await ReadAsync(new AuditQuery(100, Action: "a")));
        Assert.Equal(entries.Where(entry => entry.Action == "b" && entry.Actor == Bob).Take(2), await ReadAsync(new AuditQuery(2, KeyId: "k2", Action: "b")));
        Assert.Empty(await ReadAsync(new AuditQuery(100, KeyId: "' or ''='")));
    }

    [Fact]
    public async Task An_entry_is_closed_once_and_stays_so_over_a_restart()
    {
        var entry = await BeginAsync(Noon, Ann, "a");
        Assert.Null(Assert.Single(await ReadAsync(new AuditQuery(1))).Status);

        await Store.Audit.EndAsync(entry.Id, 201, "target", Token);
        await Store.Audit.EndAsync(entry.Id, 500, "another", Token);
        await Store.Audit.EndAsync(Guid.CreateVersion7(), 200, null, Token);
        await ReopenAsync();

        Assert.Equal(entry with { Status = 201, Target = "target" }, Assert.Single(await ReadAsync(new AuditQuery(10))));
    }

    [Fact]
    public async Task What_is_too_old_is_removed_a_number_at_a_time_the_oldest_first()
    {
        var entries = new List<AuditEntry>();
        for (var i = 0; i < 10; i++) entries.Add(await BeginAsync(Noon.AddSeconds(i), Bob, "a"));

        Assert.Equal(4, await Store.Audit.PruneAsync(Noon.AddSeconds(6), 4, Token));
        Assert.Equal(entries[4..], (await ReadAsync(new AuditQuery(100))).Reverse());
        Assert.Equal(2, await Store.Audit.PruneAsync(Noon.AddSeconds(6), 4, Token));
        Assert.Equal(0, await Store.Audit.PruneAsync(Noon.AddSeconds(6), 4, Token));
        Assert.Equal(entries[6..], (await ReadAsync(new AuditQuery(100))).Reverse());
    }

    private async Task<AuditEntry> BeginAsync(DateTimeOffset at, AuditActor actor, string action)
    {
        var entry = new AuditEntry(Guid.CreateVersion7(at), at.Whole(), actor, action);
        await Store.Audit.BeginAsync(entry, Token);
        return entry;
    }

    private Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query) => Store.Audit.ReadAsync(query, Token);
}
