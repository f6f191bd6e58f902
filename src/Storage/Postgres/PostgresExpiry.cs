using System.Text;
using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Puts into the places of events what is kept of them, and the snapshots that were made without them, within one transaction.</summary>
internal static class PostgresExpiry
{
    // Of kinds up to 3 are those that can be removed for their age.
    private static readonly string ReplaceSql =
        $"""
        update event e set kind = {LogRow.ExpiredKind}, at = v.at, received = v.at, late = false, claimed = v.claimed, properties = v.properties,
            name = null, source = null, message_id = null, identifiers = null, context = null
        from unnest($1, $2, $3, $4, $5) as v (identity, seq, at, claimed, properties)
        where e.identity = v.identity and e.seq = v.seq and e.kind < 4
        """;

    private const string SnapshotsSql =
        """
        insert into snapshot (identity, seq, data) select * from unnest($1, $2, $3)
        on conflict (identity) do update set seq = excluded.seq, data = excluded.data
        """;

    /// <summary>Neither command returns rows.</summary>
    public static void Add(NpgsqlBatch batch, IReadOnlyList<ChangeEntry> expired, IReadOnlyList<ComponentSnapshot> snapshots)
    {
        var rows = expired.Select(LogRow.Of).ToList();
        batch.BatchCommands.Add(BatchCommand(
            ReplaceSql,
            In(rows.ConvertAll(row => row.Identity).ToArray()),
            In(rows.ConvertAll(row => row.Seq).ToArray()),
            In(rows.ConvertAll(row => row.At).ToArray()),
            In(rows.ConvertAll(row => row.Claimed).ToArray()),
            In(rows.ConvertAll(row => Encoding.UTF8.GetString(row.Properties.Span)).ToArray())));

        // In the order of keys, as they are written behind the log, so that the two can't deadlock.
        var sorted = snapshots.OrderBy(snapshot => snapshot.Component).ToList();
        batch.BatchCommands.Add(BatchCommand(
            SnapshotsSql,
            In(sorted.ConvertAll(snapshot => snapshot.Component).ToArray()),
            In(sorted.ConvertAll(snapshot => snapshot.Seq).ToArray()),
            In(sorted.ConvertAll(snapshot => snapshot.Bytes.ToArray()).ToArray())));
    }
}
