using System.Data;
using System.Runtime.CompilerServices;
using CdpPipeline.Storage.Transfer;
using Npgsql;
using NpgsqlTypes;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Carries everything out of a PostgreSQL database, or into an empty one, by binary COPY.</summary>
internal sealed class PostgresTransfer(PostgresDatabase database) : ITransferStore
{
    // However long a table is. The connection goes back to the pool with the settings it came with.
    private const string Patience = "set local statement_timeout = 0; set local lock_timeout = '10s'";

    private static readonly TimeSpan LongestTable = TimeSpan.FromDays(1);

    public int SchemaVersion => PostgresSchema.Version;

    public async Task<ITransferRows> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken);
        try
        {
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await connection.ExecuteAsync(Patience, [], cancellationToken);
            return new Rows(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task FillAsync(Func<ITransferSink, Task> fill, CancellationToken cancellationToken)
    {
        await using var rows = new Rows(await database.ConnectAsync(cancellationToken));
        await using var transaction = await rows.Connection.BeginTransactionAsync(cancellationToken);
        await rows.Connection.ExecuteAsync(Patience, [], cancellationToken);
        foreach (var table in TransferTable.All)
        {
            // Nobody writes beside it.
            await rows.Connection.ExecuteAsync($"lock table {table.Name} in exclusive mode", [], cancellationToken);
            if ((await rows.Connection.QueryAsync($"select 1 from {table.Name} limit 1", [], row => row.GetInt32(0), cancellationToken)).Count > 0)
                throw new TransferException($"The store is not empty: {table.Name} has rows. Import into a store that no program has used.");
        }

        await fill(rows);
        await rows.Connection.ExecuteAsync("select setval('identity_key', max(key)) from (select key from identity union all select key from erased_identity) as given having max(key) is not null", [], cancellationToken);
        await rows.Connection.ExecuteAsync(
            "select setval(pg_get_serial_sequence('writer_position', 'writer'), max(writer)) from writer_position having max(writer) is not null", [], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private sealed class Rows(NpgsqlConnection connection) : ITransferSink
    {
        public NpgsqlConnection Connection => connection;

        public async IAsyncEnumerable<object?[]> ReadAsync(TransferTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using var copy = await connection.BeginBinaryExportAsync($"copy ({table.Selection}) to stdout (format binary)", cancellationToken);
            copy.Timeout = LongestTable;
            var row = new object?[table.Columns.Count];
            while (await copy.StartRowAsync(cancellationToken) != -1)
            {
                for (var i = 0; i < row.Length; i++)
                {
                    if (!copy.IsNull)
                    {
                        row[i] = await ReadAsync(copy, table.Columns[i].Type, cancellationToken);
                        continue;
                    }

                    await copy.SkipAsync(cancellationToken);
                    row[i] = null;
                }

                yield return row;
            }
        }

        public async Task WriteAsync(TransferTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken)
        {
            var names = TransferTable.Quoted(table.Columns.Select(column => column.Name));
            await using var copy = await connection.BeginBinaryImportAsync($"copy {table.Name} ({names}) from stdin (format binary)", cancellationToken);
            copy.Timeout = LongestTable;
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                await copy.StartRowAsync(cancellationToken);
                for (var i = 0; i < row.Length; i++) await WriteAsync(copy, row[i], table.Columns[i].Type, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        /// <summary>Closes the connection, and with it a transaction that was not committed.</summary>
        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private static async ValueTask<object> ReadAsync(NpgsqlBinaryExporter copy, TransferType type, CancellationToken cancellationToken) => type switch
        {
            TransferType.Long => await copy.ReadAsync<long>(cancellationToken),
            TransferType.Int => await copy.ReadAsync<int>(cancellationToken),
            TransferType.Short => await copy.ReadAsync<short>(cancellationToken),
            TransferType.Boolean => await copy.ReadAsync<bool>(cancellationToken),
            TransferType.Text => await copy.ReadAsync<string>(cancellationToken),
            TransferType.Guid => await copy.ReadAsync<Guid>(cancellationToken),
            _ => await copy.ReadAsync<byte[]>(cancellationToken),
        };

        private static Task WriteAsync(NpgsqlBinaryImporter copy, object? value, TransferType type, CancellationToken cancellationToken) => value switch
        {
            null => copy.WriteNullAsync(cancellationToken),
            _ => type switch
            {
                TransferType.Long => copy.WriteAsync((long)value, NpgsqlDbType.Bigint, cancellationToken),
                TransferType.Int => copy.WriteAsync((int)value, NpgsqlDbType.Integer, cancellationToken),
                TransferType.Short => copy.WriteAsync((short)value, NpgsqlDbType.Smallint, cancellationToken),
                TransferType.Boolean => copy.WriteAsync((bool)value, NpgsqlDbType.Boolean, cancellationToken),
                TransferType.Text => copy.WriteAsync((string)value, NpgsqlDbType.Text, cancellationToken),
                TransferType.Guid => copy.WriteAsync((Guid)value, NpgsqlDbType.Uuid, cancellationToken),
                _ => copy.WriteAsync((byte[])value, NpgsqlDbType.Bytea, cancellationToken),
            },
        };
    }
}
