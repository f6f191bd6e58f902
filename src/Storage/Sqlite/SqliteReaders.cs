using System.Collections.Concurrent;
using CdpPipeline.Storage.GroupCommit;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>A bounded pool of reading connections. Reads never wait for the writer, only for each other.</summary>
internal sealed class SqliteReaders(SqliteStoreOptions options, NodeFence fence) : IDisposable
{
    private readonly SemaphoreSlim free = new(options.ReadersMax);
    private readonly ConcurrentBag<SqliteConnection> idle = [];

    /// <summary>Runs a short read at once, on one snapshot of the database.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        fence.ThrowIfFenced();
        await free.WaitAsync(cancellationToken);
        SqliteConnection? connection = null;
        try
        {
            if (!idle.TryTake(out connection)) connection = SqliteConnection.Open(options, writer: false);
            T result;
            var open = connection;
            using (cancellationToken.UnsafeRegister(static state => ((SqliteConnection)state!).Interrupt(), open)) result = open.Read(work);
            idle.Add(open);
            connection = null;
            return result;
        }
        catch (SqliteFailureException failure) when (failure.IsInterrupted)
        {
            throw new OperationCanceledException("The read was cancelled.", failure, cancellationToken);
        }
        catch (SqliteFailureException failure) when (!failure.IsBug)
        {
            throw failure.ToUnavailable();
        }
        finally
        {
            connection?.Dispose();
            free.Release();
        }
    }

    /// <summary>Runs a read that may take long away from the caller's thread.</summary>
    public Task<T> ReadLongAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        Task.Run(async () => await ReadAsync(work, cancellationToken), cancellationToken);

    /// <summary>Runs several reads on one snapshot of the database, away from the caller's thread.</summary>
    public Task<T> ReadManyAsync<T>(Func<SqliteConnection, Task<T>> work, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            fence.ThrowIfFenced();
            await free.WaitAsync(cancellationToken);
            SqliteConnection? connection = null;
            try
            {
                if (!idle.TryTake(out connection)) connection = SqliteConnection.Open(options, writer: false);
                var open = connection;
                open.Prepare("begin").Execute();
                T result;
                try
                {
                    result = await work(open);
                }
                finally
                {
                    open.Rollback();
                }

                idle.Add(open);
                connection = null;
                return result;
            }
            catch (SqliteFailureException failure) when (!failure.IsBug)
            {
                throw failure.ToUnavailable();
            }
            finally
            {
                connection?.Dispose();
                free.Release();
            }
        },
        cancellationToken);

    public void Dispose()
    {
        while (idle.TryTake(out var connection)) connection.Dispose();
        free.Dispose();
    }
}
