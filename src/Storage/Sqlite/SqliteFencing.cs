using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Fences nodes in a SQLite file. One process is the rule there, so this matters only to one that was taken for dead and started a second time.</summary>
internal sealed class SqliteFencing(SqliteReaders readers, SqliteWriter writer, TimeProvider clock) : IWriterFencing
{
    public string Node => writer.Fence.Node;

    public CancellationToken Fenced => writer.Fence.Token;

    public Task<bool> FenceAsync(string node, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!NodeName.IsUsable(node)) throw new ArgumentException("No process can have this name.", nameof(node));
        return writer.WriteAsync(open =>
        {
            var insert = open.Prepare("insert into fenced_node (node, at) values (?, ?) on conflict do nothing");
            insert.Bind(0, node);
            insert.Bind(1, clock.GetUtcNow().ToMicros());
            return insert.Execute() == 1;
        });
    }

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await readers.ReadAsync(open => IsFenced(open, Node), cancellationToken)) throw writer.Fence.Close();
    }

    public static bool IsFenced(SqliteConnection open, string node)
    {
        var read = open.Prepare("select 1 from fenced_node where node = ?");
        read.Bind(0, node);
        var isFenced = read.Step();
        read.Reset();
        return isFenced;
    }
}
