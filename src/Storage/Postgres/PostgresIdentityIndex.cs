using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Finds identities in PostgreSQL.</summary>
internal sealed class PostgresIdentityIndex(PostgresDatabase database) : IIdentityIndex, IAsyncDisposable
{
    // The identity that speaks for an owner is found by following merge pointers.
    private const string RootsSql =
        """
        root (key, id, merged_into) as (
            select i.* from owner o cross join lateral (select key, id, merged_into from identity where key = o.key limit 1) i
            union
            select i.* from root r cross join lateral (select key, id, merged_into from identity where id = r.merged_into limit 1) i)
        """;

    private const string ContainsSql =
        $"""
        with recursive owner (key) as (
            select owner from identifier where value ilike $1 escape '\' order by owner desc limit $4),
        {RootsSql}
        select key, id from root where merged_into is null and key < $2 order by key desc limit $3
        """;

    private const string ExactSql =
        $"""
        with recursive owner (key) as (select owner from identifier where kind = $1 and value = $2),
        {RootsSql}
        select key, id from root where merged_into is null
        """;

    private readonly OwnerLookup owners = new(database);

    public ValueTask<IdentityId?> FindOwnerAsync(Identifier identifier, CancellationToken cancellationToken) => owners.FindAsync(identifier, cancellationToken);

    public Task<IReadOnlyList<IndexedIdentity>> ListAsync(string? search, long? beforeKey, int limit, CancellationToken cancellationToken) => database.RunAsync(
        connection => string.IsNullOrWhiteSpace(search)
            ? ListAsync(connection, beforeKey, limit, cancellationToken)
            : SearchAsync(connection, search.Trim(), beforeKey, limit, cancellationToken),
        cancellationToken);

    public Task<IReadOnlyList<PendingMerge>> PendingMergesAsync(int limit, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<PendingMerge>>(
        async connection => await connection.QueryAsync(
            "select id, merged_into from identity where merge_pending and merged_into is not null order by key limit $1",
            [In((long)limit)],
            row => new PendingMerge(new IdentityId(row.GetGuid(0)), new IdentityId(row.GetGuid(1))),
            cancellationToken),
        cancellationToken);

    public Task<IReadOnlyList<DueIdentity>> DueAsync(DueShard shard, DateTimeOffset until, int limit, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<DueIdentity>>(
        async connection => await connection.QueryAsync(
            """
            select d.identity, i.id, d.at from due d cross join lateral (select id, merged_into from identity where key = d.identity limit 1) i
            where d.at <= $1 and d.identity % $3 = $4 and i.merged_into is null order by d.at limit $2
            """,
            [In(until.ToMicros()), In((long)limit), In((long)shard.Of), In((long)shard.Number)],
            row => new DueIdentity(row.GetInt64(0), new IdentityId(row.GetGuid(1)), Instants.FromMicros(row.GetInt64(2))),
            cancellationToken),
        cancellationToken);

    public ValueTask DisposeAsync() => owners.DisposeAsync();

    private static async Task<IReadOnlyList<IndexedIdentity>> ListAsync(NpgsqlConnection connection, long? beforeKey, int limit, CancellationToken cancellationToken) =>
        await connection.QueryAsync(
            "select key, id from identity where key < $1 and merged_into is null order by key desc limit $2",
            [In(beforeKey ?? long.MaxValue), In((long)limit)],
            Read,
            cancellationToken);

    private static async Task<IReadOnlyList<IndexedIdentity>> SearchAsync(
        NpgsqlConnection connection, string search, long? beforeKey, int limit, CancellationToken cancellationToken)
    {
        var exact = new List<IndexedIdentity>();
        foreach (var identifier in IdentitySearch.ExactSpellings(search))
        {
            exact.AddRange(await connection.QueryAsync(ExactSql, [In((short)identifier.Kind), In(identifier.Value)], Read, cancellationToken));
        }

        var containing = await connection.QueryAsync(
            ContainsSql,
            [In(IdentitySearch.ContainsPattern(search)), In(beforeKey ?? long.MaxValue), In((long)(limit + exact.Count)), In((long)IdentitySearch.MatchesMax)],
            Read,
            cancellationToken);
        return IdentitySearch.Page(exact, containing, isFirst: beforeKey is null, limit);
    }

    private static IndexedIdentity Read(NpgsqlDataReader row) => new(row.GetInt64(0), new IdentityId(row.GetGuid(1)));
}
