using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Membership rows in PostgreSQL.</summary>
internal sealed class PostgresMembershipIndex(PostgresDatabase database) : IMembershipIndex
{
    private const string CountSql =
        """
        select 0, count(*) from membership where segment = $1
        union all
        select writer, position from writer_position
        """;

    public Task<MembershipCount> CountAsync(SegmentId set, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            // One statement, so one snapshot. No writer has the number 0.
            var rows = await connection.QueryAsync(CountSql, [In(set.Value)], row => (Writer: row.GetInt32(0), Number: row.GetInt64(1)), cancellationToken);
            var commits = rows.ToDictionary(row => row.Writer, row => row.Number);
            commits.Remove(0, out var count);
            return new MembershipCount(count, commits);
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredMember>> ListAsync(SegmentId set, long afterKey, int limit, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<StoredMember>>(
            async connection => await connection.QueryAsync(
                "select m.identity, i.id, m.since from membership m join identity i on i.key = m.identity where m.segment = $1 and m.identity > $2 order by m.identity limit $3",
                [In(set.Value), In(afterKey), In((long)limit)],
                row => new StoredMember(row.GetInt64(0), new IdentityId(row.GetGuid(1)), Instants.FromMicros(row.GetInt64(2))),
                cancellationToken),
            cancellationToken);
}
