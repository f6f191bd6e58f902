using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Finds identities in a SQLite file.</summary>
internal sealed class SqliteIdentityIndex(SqliteReaders readers) : IIdentityIndex
{
    // The identity that speaks for an owner is found by following merge pointers.
    private const string RootsSql =
        """
        root (key, id, merged_into) as (
            select i.key, i.id, i.merged_into from owner o join identity i on i.key = o.key
            union
            select i.key, i.id, i.merged_into from root r join identity i on i.id = r.merged_into)
        """;

    private const string ContainsSql =
        $"""
        with recursive owner (key) as (
            select owner from identifier where value like ?1 escape '\' order by owner desc limit ?4),
        {RootsSql}
        select key, id from root where merged_into is null and key < ?2 order by key desc limit ?3
        """;

    private const string ExactSql =
        $"""
        with recursive owner (key) as (select owner from identifier where kind = ?1 and value = ?2),
        {RootsSql}
        select key, id from root where merged_into is null
        """;

    public ValueTask<IdentityId?> FindOwnerAsync(Identifier identifier, CancellationToken cancellationToken) =>
        readers.ReadAsync<IdentityId?>(
            open =>
            {
                var read = open.Prepare("select i.id from identifier f join identity i on i.key = f.owner where f.kind = ? and f.value = ?");
                read.Bind(0, (long)identifier.Kind);
                read.Bind(1, identifier.Value);
                if (!read.Step()) return null;
                var id = new IdentityId(read.Guid(0));
                read.Reset();
                return id;
            },
            cancellationToken);

    public Task<IReadOnlyList<IndexedIdentity>> ListAsync(string? search, long? beforeKey, int limit, CancellationToken cancellationToken) =>
        readers.ReadLongAsync(open => string.IsNullOrWhiteSpace(search) ? List(open, beforeKey, limit) : Search(open, search.Trim(), beforeKey, limit), cancellationToken);

    public async Task<IReadOnlyList<PendingMerge>> PendingMergesAsync(int limit, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<PendingMerge>>(
            open =>
            {
                var read = open.Prepare("select id, merged_into from identity where merge_pending = 1 and merged_into is not null order by key limit ?");
                read.Bind(0, limit);
                var pending = new List<PendingMerge>();
                while (read.Step()) pending.Add(new PendingMerge(new IdentityId(read.Guid(0)), new IdentityId(read.Guid(1))));
                return pending;
            },
            cancellationToken);

    public async Task<IReadOnlyList<DueIdentity>> DueAsync(DueShard shard, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<DueIdentity>>(
            open =>
            {
                var read = open.Prepare("select d.identity, i.id, d.at from due d join identity i on i.key = d.identity where d.at <= ?1 and d.identity % ?3 = ?4 and i.merged_into is null order by d.at limit ?2");
                read.Bind(0, until.ToMicros());
                read.Bind(1, limit);
                read.Bind(2, shard.Of);
                read.Bind(3, shard.Number);
                var due = new List<DueIdentity>();
                while (read.Step()) due.Add(new DueIdentity(read.Long(0), new IdentityId(read.Guid(1)), Instants.FromMicros(read.Long(2))));
                return due;
            },
            cancellationToken);

    private static List<IndexedIdentity> List(SqliteConnection open, long? beforeKey, int limit)
    {
        var read = open.Prepare("select key, id from identity where key < ? and merged_into is null order by key desc limit ?");
        read.Bind(0, beforeKey ?? long.MaxValue);
        read.Bind(1, limit);
        return Identities(read);
    }

    private static IReadOnlyList<IndexedIdentity> Search(SqliteConnection open, string search, long? beforeKey, int limit)
    {
        var exact = new List<IndexedIdentity>();
        foreach (var identifier in IdentitySearch.ExactSpellings(search))
        {
            var read = open.Prepare(ExactSql);
            read.Bind(0, (long)identifier.Kind);
            read.Bind(1, identifier.Value);
            exact.AddRange(Identities(read));
        }

        var contains = open.Prepare(ContainsSql);
        contains.Bind(0, IdentitySearch.ContainsPattern(search));
        contains.Bind(1, beforeKey ?? long.MaxValue);
        contains.Bind(2, limit + exact.Count);
        contains.Bind(3, IdentitySearch.MatchesMax);
        return IdentitySearch.Page(exact, Identities(contains), isFirst: beforeKey is null, limit);
    }

    private static List<IndexedIdentity> Identities(SqliteStatement read)
    {
        var identities = new List<IndexedIdentity>();
        while (read.Step()) identities.Add(new IndexedIdentity(read.Long(0), new IdentityId(read.Guid(1))));
        return identities;
    }
}
