using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Writes a group of appends in one SQLite transaction.</summary>
internal sealed class SqliteGroupWriter(SqliteWriter writer, IMembershipStream stream, TimeProvider clock) : IGroupWriter
{
    private MembershipLedger? ledger;
    private int generation = -1;
    private bool isUnsettled;

    public bool IsUnsettled => isUnsettled;

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        if (ledger is not null && generation == writer.Generation) return;
        var next = await writer.WriteAsync(open =>
        {
            if (SqliteFencing.IsFenced(open, writer.Fence.Node)) throw writer.Fence.Close();
            var insert = open.Prepare("insert into writer_position (position, at, node) values (0, ?, ?) returning writer");
            insert.Bind(0, clock.GetUtcNow().ToMicros());
            insert.Bind(1, writer.Fence.Node);
            insert.Step();
            var number = insert.Int(0);
            insert.Reset();
            return number;
        });

        if (ledger is not null && isUnsettled) await SettleAsync(ledger);
        isUnsettled = false;
        ledger = new MembershipLedger(next, writer.Fence.Node, stream, clock);
        generation = writer.Generation;
    }

    public async ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellationToken)
    {
        if (ledger is null || generation != writer.Generation) await ConnectAsync(cancellationToken);
        try
        {
            isUnsettled = true;
            var results = group is [{ Append.Erasure: { } erasure }]
                ? await writer.RunAsync(open => open.WriteSecurely(inner => Erase(inner, erasure)))
                : await writer.WriteAsync(open => Write(open, group));
            isUnsettled = false;
            ledger!.Publish();
            return results;
        }
        catch (StoreUnavailableException)
        {
            // The connection is gone, and its successor counts only once it is opened.
            generation = -1;
            throw;
        }
        catch (Exception exception)
        {
            // Rolled back for certain.
            isUnsettled = false;
            ledger!.Abandon();
            if (exception is SqliteFailureException { IsUniqueViolation: true } failure) throw new GroupConflictException(new Fenced(), failure);
            throw;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task SettleAsync(MembershipLedger lost)
    {
        var position = await writer.RunAsync(open =>
        {
            var read = open.Prepare("select position from writer_position where writer = ?");
            read.Bind(0, lost.Writer);
            var found = read.Step() ? read.Long(0) : 0;
            read.Reset();
            return found;
        });
        if (position >= lost.Commit) lost.Publish();
    }

    private AppendResult[] Erase(SqliteConnection open, Erasure erasure)
    {
        if (SqliteFencing.IsFenced(open, writer.Fence.Node)) throw writer.Fence.Close();
        if (!SqliteErasing.IsAsDecided(open, erasure)) return [new Fenced()];
        WritePosition(open, ledger!.Begin());
        return [new Erased(SqliteErasing.Erase(open, erasure, ledger))];
    }

    private AppendResult[] Write(SqliteConnection open, IReadOnlyList<PendingAppend> group)
    {
        if (SqliteFencing.IsFenced(open, writer.Fence.Node)) throw writer.Fence.Close();
        PendingAppend.ThrowIfOld(group, SqliteCatalogTables.VersionOf(open));
        PendingAppend.ThrowIfUnaware(group, SqliteErasing.RevisionOf(open));
        var results = new AppendResult[group.Count];
        var hasMemberships = false;
        for (var i = 0; i < results.Length; i++)
        {
            var append = group[i].Append;
            results[i] = append.Claims.Count == 0 ? PendingAppend.Committed : SqliteClaims.Take(open, append.Claims);
            hasMemberships |= results[i] is Committed && append.Memberships.Count > 0;
        }

        var ordinal = 0L;
        if (hasMemberships) WritePosition(open, ledger!.Begin());
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i] is Committed) Write(open, group[i].Append, ref ordinal);
        }

        return results;
    }

    private void Write(SqliteConnection open, Append append, ref long ordinal)
    {
        foreach (var created in append.Created) WriteIdentity(open, created);
        var insert = SqliteRows.PrepareInsert(open);
        for (var i = 0; i < append.Entries.Count; i++) SqliteRows.Insert(insert, LogRow.Of(append.Entries[i]));
        SqliteExpiry.Write(open, append.Expired, append.Snapshots);
        for (var i = 0; i < append.MessageBlocks.Count; i++) WriteMessageBlock(open, append.MessageBlocks[i]);
        for (var i = 0; i < append.Memberships.Count; i++) SqliteMemberships.Write(open, append.Memberships[i], ledger!, ref ordinal);
        for (var i = 0; i < append.Pointers.Count; i++) WritePointer(open, append.Pointers[i]);
        for (var i = 0; i < append.Due.Count; i++) WriteDue(open, append.Due[i]);
    }

    private static void WriteIdentity(SqliteConnection open, NewIdentity created)
    {
        var insert = open.Prepare("insert into identity (key, id, created_at) values (?,?,?)");
        insert.Bind(0, created.Key);
        insert.Bind(1, created.Id.Value);
        insert.Bind(2, created.CreatedAt.ToMicros());
        insert.Execute();
    }

    private static void WriteMessageBlock(SqliteConnection open, MessageBlock block)
    {
        var insert = open.Prepare("insert into message_block (identity, number, data) values (?,?,?)");
        insert.Bind(0, block.Component);
        insert.Bind(1, block.Number);
        insert.BindBlob(2, MessageBlockBytes.Write(block));
        insert.Execute();
    }

    private static void WritePointer(SqliteConnection open, PointerChange change)
    {
        var update = open.Prepare("update identity set merged_into = ?, merge_pending = ? where key = ?");
        if (change.MergedInto is { } survivor) update.Bind(0, survivor.Value);
        else update.BindNull(0);
        update.Bind(1, change.IsPending ? 1L : 0L);
        update.Bind(2, change.Component);
        update.Execute();
    }

    private static void WriteDue(SqliteConnection open, DueChange change)
    {
        var statement = open.Prepare(change switch
        {
            { At: null } => "delete from due where identity = ?",
            { KeepsEarlier: true } => "insert into due (identity, at) values (?,?) on conflict (identity) do update set at = excluded.at where at > excluded.at",
            _ => "insert into due (identity, at) values (?,?) on conflict (identity) do update set at = excluded.at",
        });
        statement.Bind(0, change.Identity);
        if (change.At is { } at) statement.Bind(1, at.ToMicros());
        statement.Execute();
    }

    private void WritePosition(SqliteConnection open, long commit)
    {
        var update = open.Prepare("insert into writer_position (writer, position, at, node) values (?,?,?,?) on conflict (writer) do update set position = excluded.position, at = excluded.at");
        update.Bind(0, ledger!.Writer);
        update.Bind(1, commit);
        update.Bind(2, ledger.Now.ToMicros());
        update.Bind(3, ledger.Node);
        update.Execute();
    }
}
