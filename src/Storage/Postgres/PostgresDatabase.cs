using System.Data;
using System.Globalization;
using CdpPipeline.Storage.GroupCommit;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>The pool of connections, and the one place where its faults become <see cref="Grains.Interfaces.Storage.StoreUnavailableException"/>.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const int StatementsPerConnectionMax = 64;

    // Longer than any work between two statements takes. A process that stopped in the middle must not hold up for ever who waits for it alone.
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource source;

    public PostgresDatabase(PostgresStoreOptions options, NodeFence fence)
    {
        Fence = fence;
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Enlist = false,
            MaxPoolSize = options.ConnectionsMax,
            MaxAutoPrepare = StatementsPerConnectionMax,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            WriteBufferSize = 32_768,
            ReadBufferSize = 16_384,

            // The server's own timeout comes first; this one catches a connection that is dead without saying so.
            CommandTimeout = (int)options.StatementTimeout.TotalSeconds + 5,
        };
        text.ApplicationName = SessionName(fence.Node);
        // Every statement looks up by key, and a page is the end of an index scan. A plan that was made while a table was small, or not analysed, would
        // go on reading all of it, or collect and sort all of a long log.
        var timeouts = string.Create(
            CultureInfo.InvariantCulture,
            $"-c statement_timeout={(long)options.StatementTimeout.TotalMilliseconds} -c idle_in_transaction_session_timeout={(long)IdleMax.TotalMilliseconds}");
        text.Options = $"{text.Options} {timeouts} -c jit=off -c enable_bitmapscan=off -c enable_seqscan=off".Trim();
        source = NpgsqlDataSource.Create(text);
    }

    /// <summary>This process's node. Once it is fenced no connection is handed out.</summary>
    public NodeFence Fence { get; }

    /// <summary>What the sessions of a node are called in <c>pg_stat_activity</c>.</summary>
    public static string SessionName(string node) => $"cdp-pipeline {node}";

    /// <summary>A connection that the caller keeps.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        Fence.ThrowIfFenced();
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (exception.IsFault() || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw exception.ToUnavailable();
        }
        catch (OperationCanceledException exception)
        {
            throw exception.ToUnavailable();
        }
    }

    /// <summary>Runs the work on a connection of the pool.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        Fence.ThrowIfFenced();
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception exception) when (exception.IsFault() && !cancellationToken.IsCancellationRequested)
        {
            throw exception.ToUnavailable();
        }
    }

    /// <summary>Runs the work on one snapshot of the database.</summary>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var result = await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        Fence.Dispose();
    }
}
