using System.Threading.Channels;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Collects look-ups that wait at the same time into one query, by one connection at a time.</summary>
internal sealed class OwnerLookup : IAsyncDisposable
{
    private const int WaitingMax = 10_000;
    private const int QueryIdentifiersMax = 1_000;

    private const string Sql =
        """
        select f.kind, f.value, i.id from unnest($1, $2) as wanted (kind, value)
        cross join lateral (select * from identifier where kind = wanted.kind and value = wanted.value limit 1) f
        cross join lateral (select id from identity where key = f.owner limit 1) i
        """;

    private readonly Channel<Pending> queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly PostgresDatabase database;
    private readonly Task loop;

    public OwnerLookup(PostgresDatabase database)
    {
        this.database = database;
        loop = Task.Run(RunAsync);
    }

    public async ValueTask<IdentityId?> FindAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var pending = new Pending(identifier);
        try
        {
            await queue.Writer.WriteAsync(pending, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new StoreUnavailableException("The store is closed.", exception);
        }

        return await pending.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }

    private async Task RunAsync()
    {
        var waiting = new List<Pending>();
        while (await queue.Reader.WaitToReadAsync())
        {
            while (waiting.Count < QueryIdentifiersMax && queue.Reader.TryRead(out var pending)) waiting.Add(pending);
            try
            {
                var owners = await QueryAsync([.. waiting.Select(pending => pending.Identifier).Distinct()]);
                foreach (var pending in waiting) pending.TrySetResult(owners.TryGetValue(pending.Identifier, out var owner) ? owner : null);
            }
            catch (Exception exception)
            {
                foreach (var pending in waiting) pending.TrySetException(exception);
            }

            waiting.Clear();
        }
    }

    private Task<Dictionary<Identifier, IdentityId>> QueryAsync(Identifier[] identifiers) => database.RunAsync(
        async connection => (await connection.QueryAsync(
            Sql,
            [PostgresCommands.In(Array.ConvertAll(identifiers, identifier => (short)identifier.Kind)), PostgresCommands.In(Array.ConvertAll(identifiers, identifier => identifier.Value))],
            row => (Identifier: new Identifier((IdentifierKind)row.GetInt16(0), row.GetString(1)), Id: new IdentityId(row.GetGuid(2))),
            CancellationToken.None)).ToDictionary(row => row.Identifier, row => row.Id),
        CancellationToken.None);

    private sealed class Pending(Identifier identifier) : TaskCompletionSource<IdentityId?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Identifier Identifier => identifier;
    }
}
