using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Rows;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>The rows besides events of a group's appends, written in one round trip. Of several changes of one row the last one counts.</summary>
internal sealed class PostgresGroupRows
{
    private readonly List<NewIdentity> identities = [];
    private readonly List<MessageBlock> blocks = [];
    private readonly Dictionary<(SegmentId Segment, long Identity), MembershipChange> memberships = [];
    private readonly Dictionary<long, PointerChange> pointers = [];
    private readonly Dictionary<long, DateTimeOffset?> due = [];
    private readonly Dictionary<long, DateTimeOffset> dueEarlier = [];
    private readonly List<ChangeEntry> expired = [];
    private readonly List<ComponentSnapshot> snapshots = [];

    public bool HasEntries { get; private set; }

    public bool ChangesMemberships => memberships.Count > 0;

    /// <summary>The rows of those appends that are going to be committed.</summary>
    public static PostgresGroupRows Of(IReadOnlyList<PendingAppend> group, AppendResult[] results)
    {
        var rows = new PostgresGroupRows();
        for (var i = 0; i < group.Count; i++)
        {
            if (results[i] is Committed) rows.Add(group[i].Append);
        }

        return rows;
    }

    /// <summary>Writes them, noting in the ledger which memberships really came and went.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, MembershipLedger ledger, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (identities.Count > 0) batch.BatchCommands.Add(Identities());
        if (blocks.Count > 0) batch.BatchCommands.Add(Blocks());
        if (pointers.Count > 0) batch.BatchCommands.Add(Pointers());
        if (expired.Count > 0) PostgresExpiry.Add(batch, expired, snapshots);
        AddDue(batch);
        var first = batch.BatchCommands.Count;
        if (memberships.Count > 0) PostgresMemberships.Add(batch, [.. memberships.OrderBy(change => change.Key).Select(change => change.Value)], ledger);
        if (batch.BatchCommands.Count == 0) return;

        // Commands that return no rows have no result set, so all that comes is of the memberships.
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (batch.BatchCommands.Count == first) return;
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var segment = new SegmentId(reader.GetGuid(0));
                if (reader.GetBoolean(1)) ledger.Entered(segment);
                else ledger.Left(segment);
            }
        }
        while (await reader.NextResultAsync(cancellationToken));
    }

    private void Add(Append append)
    {
        HasEntries |= append.Entries.Count > 0;
        identities.AddRange(append.Created);
        blocks.AddRange(append.MessageBlocks);
        expired.AddRange(append.Expired);
        snapshots.AddRange(append.Snapshots);
        foreach (var change in append.Memberships) memberships[(change.Segment, change.Identity)] = change;
        foreach (var change in append.Pointers) pointers[change.Component] = change;
        foreach (var change in append.Due)
        {
            if (change is not { KeepsEarlier: true, At: { } at }) due[change.Identity] = change.At;
            else if (!dueEarlier.TryGetValue(change.Identity, out var other) || at < other) dueEarlier[change.Identity] = at;
        }
    }

    private NpgsqlBatchCommand Identities() => BatchCommand(
        "insert into identity (key, id, created_at) select * from unnest($1, $2, $3)",
        In(identities.ConvertAll(created => created.Key).ToArray()),
        In(identities.ConvertAll(created => created.Id.Value).ToArray()),
        In(identities.ConvertAll(created => created.CreatedAt.ToMicros()).ToArray()));

    private NpgsqlBatchCommand Blocks() => BatchCommand(
        "insert into message_block (identity, number, data) select * from unnest($1, $2, $3)",
        In(blocks.ConvertAll(block => block.Component).ToArray()),
        In(blocks.ConvertAll(block => block.Number).ToArray()),
        In(blocks.ConvertAll(MessageBlockBytes.Write).ToArray()));

    private NpgsqlBatchCommand Pointers()
    {
        var changes = pointers.Values.OrderBy(change => change.Component).ToList();
        return BatchCommand(
            "update identity i set merged_into = change.merged_into, merge_pending = change.pending from unnest($1, $2, $3) as change (key, merged_into, pending) where i.key = change.key",
            In(changes.ConvertAll(change => change.Component).ToArray()),
            In(changes.ConvertAll(change => change.MergedInto?.Value).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid),
            In(changes.ConvertAll(change => change.IsPending).ToArray()));
    }

    private void AddDue(NpgsqlBatch batch)
    {
        const string SetSql = "insert into due (identity, at) select * from unnest($1, $2) on conflict (identity) do update set at = excluded.at";
        AddDue(batch, SetSql, due.Where(change => change.Value is not null).Select(change => (change.Key, change.Value!.Value)));
        AddDue(batch, $"{SetSql} where due.at > excluded.at", dueEarlier.Select(change => (change.Key, change.Value)));
        var clear = due.Where(change => change.Value is null).Select(change => change.Key).Order().ToArray();
        if (clear.Length > 0) batch.BatchCommands.Add(BatchCommand("delete from due where identity = any($1)", In(clear)));
    }

    private static void AddDue(NpgsqlBatch batch, string sql, IEnumerable<(long Identity, DateTimeOffset At)> changes)
    {
        var ordered = changes.OrderBy(change => change.Identity).ToList();
        if (ordered.Count == 0) return;
        batch.BatchCommands.Add(BatchCommand(
            sql, In(ordered.ConvertAll(change => change.Identity).ToArray()), In(ordered.ConvertAll(change => change.At.ToMicros()).ToArray())));
    }
}
