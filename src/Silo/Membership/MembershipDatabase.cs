using Npgsql;

namespace CdpPipeline.Silo.Membership;

/// <summary>A few connections of its own, so that who is alive does not wait behind ingest for one.</summary>
internal sealed class MembershipDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString) { MinPoolSize = 0, MaxPoolSize = 4, ApplicationName = "cdp-membership", Timeout = 5, CommandTimeout = 5 });

    /// <summary>Runs the work in one transaction, committed at the end unless the work says false or throws.</summary>
    public async Task<bool> ChangeAsync(Func<NpgsqlConnection, Task<bool>> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (!await work(connection)) return false;
        await transaction.CommitAsync();
        return true;
    }

    /// <summary>Runs the work on a view of the tables as they are at one moment.</summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var read = await work(connection);
        await transaction.CommitAsync();
        return read;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
