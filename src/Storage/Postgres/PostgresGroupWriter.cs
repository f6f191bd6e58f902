using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Rows;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// Writes a group of appends in one PostgreSQL transaction: claims first (their losers drop out), then the small tables in one batch,
/// then the events by binary COPY. A group of nothing but events is the COPY alone.
/// </summary>
internal sealed class PostgresGroupWriter(PostgresDatabase database, IMembershipStream stream, TimeProvider clock) : IGroupWriter
{
    private const int AttemptsMax = 5;

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
            await using var insert = new NpgsqlCommand("insert into writer_position (position, at) values (0, $1) returning writer", opened);
            insert.Parameters.Add(PostgresCommands.In(clock.GetUtcNow().ToMicros()));
            ledger = new MembershipLedger((int)(await insert.ExecuteScalarAsync(cancellationToken))!, stream, clock);
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
                return IsEventsOnly(group) ? await CopyAloneAsync(group, cancellationToken) : await TransactAsync(group, cancellationToken);
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
                throw exception is ArgumentException ? exception : exception.ToUnavailable();
            }
        }
    }

    public ValueTask DisposeAsync() => DropAsync();

    private static bool IsEventsOnly(IReadOnlyList<PendingAppend> group)
    {
        for (var i = 0; i < group.Count; i++)
        {
            var append = group[i].Append;
            if (append.Created.Count + append.Claims.Count + append.MessageBlocks.Count + append.Memberships.Count + append.Pointers.Count + append.Due.Count > 0) return false;
        }

        return true;
    }

    // Had the lost commit been sent, its transaction holds or held the row's lock; once we have the lock, it has ended.
    private static async Task SettleAsync(NpgsqlConnection opened, MembershipLedger lost, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand("select position from writer_position where writer = $1 for update", opened);
        read.Parameters.Add(PostgresCommands.In(lost.Writer));
        if (await read.ExecuteScalarAsync(cancellationToken) is long position && position >= lost.Commit) lost.Publish();
    }

    private async Task<IReadOnlyList<AppendResult>> CopyAloneAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellationToken)
    {
        await CopyAsync(group, null, cancellationToken);
        var results = new AppendResult[group.Count];
        Array.Fill(results, PendingAppend.Committed);
        return results;
    }

    private async Task<IReadOnlyList<AppendResult>> TransactAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellationToken)
    {
        await using var transaction = await connection!.BeginTransactionAsync(cancellationToken);
        var results = await PostgresClaims.TakeAsync(connection, group, cancellationToken);
        var winners = PostgresGroupRows.Of(group, results);
        var changesMemberships = winners.ChangesMemberships;
        if (changesMemberships) ledger!.Begin();
        try
        {
            await winners.WriteAsync(connection, ledger!, cancellationToken);
            if (winners.HasEntries) await CopyAsync(group, results, cancellationToken);
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
        return results;
    }

    private async Task CopyAsync(IReadOnlyList<PendingAppend> group, AppendResult[]? results, CancellationToken cancellationToken)
    {
        copy.Begin();
        for (var i = 0; i < group.Count; i++)
        {
            if (results is not null && results[i] is not Committed) continue;
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
