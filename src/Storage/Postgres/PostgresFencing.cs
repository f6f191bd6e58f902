using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// Fences nodes in PostgreSQL: ends their sessions, so that a transaction that a frozen process has open holds up nobody, and notes the node where every
/// group commit looks. Rows are never removed: a process may wake up at any time.
/// </summary>
internal sealed class PostgresFencing(PostgresDatabase database, TimeProvider clock) : IWriterFencing
{
    private const string EndSessionsSql =
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = $1 and pid <> pg_backend_pid()";

    public string Node => database.Fence.Node;

    public CancellationToken Fenced => database.Fence.Token;

    public Task<bool> FenceAsync(string node, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            if (!NodeName.IsUsable(node)) throw new ArgumentException("No process can have this name.", nameof(node));
            await EndSessionsAsync(connection, node, cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await PostgresAdmission.AloneAsync(connection, cancellationToken);
            var isNew = await connection.ExecuteAsync(
                "insert into fenced_node (node, at) values ($1, $2) on conflict do nothing", [In(node), In(clock.GetUtcNow().ToMicros())], cancellationToken) == 1;
            await transaction.CommitAsync(cancellationToken);
            return isNew;
        },
        cancellationToken);

    public Task LookAsync(CancellationToken cancellationToken) => database.RunAsync(
        async connection => await IsFencedAsync(connection, Node, cancellationToken) ? throw database.Fence.Close() : 0, cancellationToken);

    public static async Task<bool> IsFencedAsync(NpgsqlConnection connection, string node, CancellationToken cancellationToken) =>
        (await connection.QueryAsync("select 1 from fenced_node where node = $1", [In(node)], row => row.GetInt32(0), cancellationToken)).Count > 0;

    private static async Task EndSessionsAsync(NpgsqlConnection connection, string node, CancellationToken cancellationToken)
    {
        try
        {
            await connection.QueryAsync(EndSessionsSql, [In(PostgresDatabase.SessionName(node))], row => row.GetBoolean(0), cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Then what the node has under way is waited for.
        }
    }
}
