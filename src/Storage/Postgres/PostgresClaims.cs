using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Takes the identifiers that a group claims; an append that misses one gets none. Always in the same order, so that writers can't deadlock.</summary>
internal static class PostgresClaims
{
    private const string InsertSql =
        """
        insert into identifier (kind, value, owner, first_seen)
        select * from unnest($1, $2, $3, $4) as claim (kind, value, owner, first_seen) order by kind, value collate "C"
        on conflict do nothing returning kind, value
        """;

    private const string OwnersSql =
        """
        select i.kind, i.value, i.owner from unnest($1, $2) as claim (kind, value)
        cross join lateral (select * from identifier where kind = claim.kind and value = claim.value limit 1) i
        """;

    private const string DeleteSql =
        "delete from identifier i using unnest($1, $2) as claim (kind, value) where i.kind = claim.kind and i.value = claim.value";

    /// <summary>Asks whether the group may be committed at all, and takes its claims in the same round trip.</summary>
    public static async Task<AppendResult[]> TakeAsync(NpgsqlConnection connection, NodeFence fence, IReadOnlyList<PendingAppend> group, CancellationToken cancellationToken)
    {
        var results = new AppendResult[group.Count];
        Array.Fill(results, PendingAppend.Committed);
        var claims = new List<Claim>();
        for (var i = 0; i < group.Count; i++) claims.AddRange(group[i].Append.Claims);
        var won = await InsertAsync(connection, fence, group, claims, cancellationToken);
        if (won.Count < claims.Count) await DropLosersAsync(connection, group, results, [.. won], cancellationToken);
        return results;
    }

    private static async Task<List<Identifier>> InsertAsync(
        NpgsqlConnection connection, NodeFence fence, IReadOnlyList<PendingAppend> group, List<Claim> claims, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        PostgresAdmission.Add(batch, fence);
        if (claims.Count > 0)
        {
            batch.BatchCommands.Add(PostgresCommands.BatchCommand(
                InsertSql,
                [
                    .. Keys(claims.Select(claim => claim.Identifier)),
                    PostgresCommands.In(claims.ConvertAll(claim => claim.Component).ToArray()),
                    PostgresCommands.In(claims.ConvertAll(claim => claim.FirstSeen.ToMicros()).ToArray()),
                ]));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await PostgresAdmission.ReadAsync(reader, group, fence, cancellationToken);
        return await reader.NextResultAsync(cancellationToken) ? await reader.ReadAllAsync(Read, cancellationToken) : [];
    }

    private static async Task DropLosersAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingAppend> group, AppendResult[] results, HashSet<Identifier> won, CancellationToken cancellationToken)
    {
        var lost = group.SelectMany(pending => pending.Append.Claims).Select(claim => claim.Identifier).Where(identifier => !won.Contains(identifier)).ToList();
        var owners = (await connection.QueryAsync(OwnersSql, Keys(lost), row => (Identifier: Read(row), Owner: row.GetInt64(2)), cancellationToken))
            .ToDictionary(row => row.Identifier, row => row.Owner);

        var release = new List<Identifier>();
        for (var i = 0; i < results.Length; i++)
        {
            var missed = group[i].Append.Claims.Where(claim => !won.Contains(claim.Identifier)).ToList();
            if (missed.Count == 0) continue;

            // Whoever finds its own component to be the owner is a second activation of the same identity.
            results[i] = missed.Exists(claim => owners.TryGetValue(claim.Identifier, out var owner) && owner == claim.Component)
                ? new Fenced()
                : new IdentifiersTaken([.. missed.Select(claim => claim.Identifier)]);
            release.AddRange(group[i].Append.Claims.Select(claim => claim.Identifier).Where(won.Contains));
        }

        if (release.Count > 0) await connection.ExecuteAsync(DeleteSql, Keys(release), cancellationToken);
    }

    private static NpgsqlParameter[] Keys(IEnumerable<Identifier> identifiers)
    {
        var list = identifiers.ToList();
        return [PostgresCommands.In(list.ConvertAll(identifier => (short)identifier.Kind).ToArray()), PostgresCommands.In(list.ConvertAll(identifier => identifier.Value).ToArray())];
    }

    private static Identifier Read(NpgsqlDataReader row) => new((IdentifierKind)row.GetInt16(0), row.GetString(1));
}
