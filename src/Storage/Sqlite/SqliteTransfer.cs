using System.Runtime.CompilerServices;
using CdpPipeline.Storage.Transfer;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Carries everything out of a SQLite file, or into an empty one, on a connection of its own.</summary>
internal sealed class SqliteTransfer(SqliteStoreOptions options) : ITransferStore
{
    public int SchemaVersion => SqliteSchema.Version;

    public Task<ITransferRows> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = SqliteConnection.Open(options, writer: false);
        connection.Execute("begin");
        return Task.FromResult<ITransferRows>(new Rows(connection));
    }

    public async Task FillAsync(Func<ITransferSink, Task> fill, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = SqliteConnection.Open(options, writer: true);
        await using var rows = new Rows(connection);
        connection.Execute("begin immediate");
        foreach (var table in TransferTable.All)
        {
            var any = connection.Prepare($"select 1 from {table.Name} limit 1");
            if (any.Step()) throw new TransferException($"The store is not empty: {table.Name} has rows. Import into a store that no program has used.");
        }

        await fill(rows);
        connection.Execute("update key_block set next = max(next, (select coalesce(max(key), 0) + 1 from (select key from identity union all select key from erased_identity)))");
        connection.Execute("commit");
    }

    /// <summary>The tables as one transaction sees them; it is rolled back at the end unless it was committed.</summary>
    private sealed class Rows(SqliteConnection connection) : ITransferSink
    {
        public async IAsyncEnumerable<object?[]> ReadAsync(TransferTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            var read = connection.Prepare(table.Selection);
            var row = new object?[table.Columns.Count];
            while (read.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var i = 0; i < row.Length; i++) row[i] = read.IsNull(i) ? null : Value(read, i, table.Columns[i].Type);
                yield return row;
            }
        }

        public async Task WriteAsync(TransferTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken)
        {
            var names = TransferTable.Quoted(table.Columns.Select(column => column.Name));
            var write = connection.Prepare($"insert into {table.Name} ({names}) values ({string.Join(", ", table.Columns.Select(_ => "?"))})");
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                for (var i = 0; i < row.Length; i++) Bind(write, i, row[i]);
                write.Execute();
            }
        }

        public ValueTask DisposeAsync()
        {
            connection.Rollback();
            connection.Dispose();
            return ValueTask.CompletedTask;
        }

        private static object Value(SqliteStatement read, int column, TransferType type) => type switch
        {
            TransferType.Long => read.Long(column),
            TransferType.Int => read.Int(column),
            TransferType.Short => (short)read.Int(column),
            TransferType.Boolean => read.Int(column) != 0,
            TransferType.Text => read.Text(column),
            TransferType.Guid => read.Guid(column),
            _ => read.Bytes(column),
        };

        private static void Bind(SqliteStatement write, int index, object? value)
        {
            switch (value)
            {
                case null: write.BindNull(index); break;
                case bool truth: write.Bind(index, truth ? 1 : 0); break;
                case string text: write.Bind(index, text); break;
                case Guid id: write.Bind(index, id); break;
                case byte[] bytes: write.BindBlob(index, bytes); break;
                default: write.Bind(index, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            }
        }
    }
}
