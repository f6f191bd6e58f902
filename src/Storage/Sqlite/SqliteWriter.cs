using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>The writing connection on its own thread, opened again after a fault. Everything that writes goes through here.</summary>
internal sealed class SqliteWriter(SqliteStoreOptions options, NodeFence fence) : IDisposable
{
    private readonly WriterThread thread = new();
    private SqliteConnection? connection;

    /// <summary>Counts connections: who remembers something about one can see that it is gone.</summary>
    public int Generation { get; private set; }

    /// <summary>This process's node. Once it is fenced nothing is written.</summary>
    public NodeFence Fence => fence;

    /// <summary>Runs work on the connection. After a fault the connection is dropped.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work)
    {
        fence.ThrowIfFenced();
        try
        {
            return await thread.RunAsync(() => Run(work));
        }
        catch (SqliteFailureException failure) when (!failure.IsBug)
        {
            throw failure.ToUnavailable();
        }
        catch (InvalidOperationException exception) when (exception is ObjectDisposedException || exception.TargetSite?.DeclaringType?.Name == "BlockingCollection`1")
        {
            throw new StoreUnavailableException("The store is closed.", exception);
        }
    }

    /// <summary>Runs work in one write transaction.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work) => RunAsync(open => open.Write(work));

    public void Dispose()
    {
        thread.Dispose();
        connection?.Dispose();
        fence.Dispose();
    }

    private T Run<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            if (connection is null)
            {
                connection = SqliteConnection.Open(options, writer: true);
                Generation++;
            }

            return work(connection);
        }
        catch (SqliteFailureException failure) when (!failure.IsBug)
        {
            connection?.Dispose();
            connection = null;
            throw;
        }
    }
}
