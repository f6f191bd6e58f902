using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Rows;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// Writes a group of appends in one PostgreSQL transaction: its admission and the claims first (their losers drop out), then the small tables in one
/// batch, then the events by binary COPY.
/// </summary>
internal sealed class PostgresGroupWriter(PostgresDatabase database, IMembershipStream stream, TimeProvider clock) : IGroupWriter
{
    private const int AttemptsMax = 5;

    // A writer of a fenced node can't even begin.
    private const string BeginSql =
        "insert into writer_position (position, at, node) select 0, $1, $2 where not exists (select 1 from fenced_node where node = $2) returning writer";

    private readonly CopyBuffer copy = new();
    private NpgsqlConnection? connection;
    private MembershipLedger? ledger;
    private bool isUnsettled;

    public bool IsUnsettled => isUnsettled;

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        if (connection is not null) return;
        var opened = await database.ConnectAsync(cancellationToken);
        try
        {
            if (ledger is not null && isUnsettled) await SettleAsync(opened, ledger, cancellationToken);
            isUnsettled = false;
            var at = clock.GetUtcNow().ToMicros();
            var number = await opened.QueryAsync(BeginSql, [PostgresCommands.In(at), PostgresCommands.In(database.Fence.Node)], row => row.GetInt32(0), cancellationToken);
            if (number.Count == 0) throw database.Fence.Close();
            ledger = new MembershipLedger(number[0], database.Fence.Node, stream, clock);
            connection = opened;
        }
        catch (Exception exception)
        {
            await opened.DisposeAsync();
            throw exception as StoreUnavailableException ?? exception.ToUnavailable();
        }
    }

    public async ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await ConnectAsync(cancellationToken);
            try
            {
                return await TransactAsync(group, cancellationToken);
            }
            catch (Exception exception) when (exception is OldCatalogException or OldErasuresException)
            {
                throw;
            }
            catch (Exception exception) when (exception.IsRetryable() && attempt < AttemptsMax && connection!.FullState == System.Data.ConnectionState.Open)
            {
                // Lost against the other writer: nothing is stored, try again.
            }
            catch (PostgresException exception) when (exception.IsUniqueViolation())
            {
                throw new GroupConflictException(new Fenced(), exception);
            }
            catch (Exception exception) when (exception is not PostgresException || exception.IsFault())
            {
                await DropAsync();
                throw exception is ArgumentException or StoreUnavailableException ? exception : exception.ToUnavailable();
            }
        }
    }

    public ValueTask DisposeAsync() => DropAsync();

    // Had the lost commit been sent, its transaction holds or held the row's lock; once we have the lock, it has ended.
    private static async Task SettleAsync(NpgsqlConnection opened, MembershipLedger lost, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand("select position from writer_position where writer = $1 for update", opened);
        read.Parameters.Add(PostgresCommands.In(lost.Writer));
        if (await read.ExecuteScalarAsync(cancellationToken) is long position && position >= lost.Commit) lost.Publish();
    }

    private async Task<IReadOnlyList<AppendResult>> TransactAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellationToken)
    {
        await using var transaction = await connection!.BeginTransactionAsync(cancellationToken);
        if (group is [{ Append.Erasure: { } erasure }]) return [await EraseAsync(transaction, erasure, cancellationToken)];
        var results = await PostgresClaims.TakeAsync(connection, database.Fence, group, cancellationToken);
        var winners = PostgresGroupRows.Of(group, results);
        var changesMemberships = winners.ChangesMemberships;
        if (changesMemberships) ledger!.Begin();
        await CommitAsync(
            transaction,
            changesMemberships,
            async () =>
            {
                await winners.WriteAsync(connection, ledger!, cancellationToken);
                if (winners.HasEntries) await CopyAsync(group, results, cancellationToken);
            },
            cancellationToken);
        return results;
    }

    private async Task<AppendResult> EraseAsync(NpgsqlTransaction transaction, Erasure erasure, CancellationToken cancellationToken)
    {
        if (await PostgresErasing.BeginAsync(connection!, database.Fence, erasure, cancellationToken) is not { } revision) return new Fenced();
        ledger!.Begin();
        await CommitAsync(transaction, changesMemberships: true, () => PostgresErasing.WriteAsync(connection!, erasure, revision, ledger, cancellationToken), cancellationToken);
        return new Erased(revision);
    }

    private async Task CommitAsync(NpgsqlTransaction transaction, bool changesMemberships, Func<Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await write();
            isUnsettled = changesMemberships;
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException exception) when (!exception.IsFault())
        {
            // The server itself says that it rolled back.
            isUnsettled = false;
            ledger!.Abandon();
            throw;
        }

        isUnsettled = false;
        if (changesMemberships) ledger!.Publish();
    }

    private async Task CopyAsync(IReadOnlyList<PendingAppend> group, AppendResult[] results, CancellationToken cancellationToken)
    {
        copy.Begin();
        for (var i = 0; i < group.Count; i++)
        {
            if (results[i] is not Committed) continue;
            var entries = group[i].Append.Entries;
            for (var j = 0; j < entries.Count; j++) copy.Add(LogRow.Of(entries[j]));
        }

        copy.End();
        await using var stream = await connection!.BeginRawBinaryCopyAsync(CopyBuffer.Sql, cancellationToken);
        await stream.WriteAsync(copy.Written, cancellationToken);
    }

    private async ValueTask DropAsync()
    {
        if (connection is not { } open) return;
        connection = null;
        try
        {
            await open.DisposeAsync();
        }
        catch (Exception exception) when (exception.IsFault())
        {
            // It was broken already.
        }
    }
}
