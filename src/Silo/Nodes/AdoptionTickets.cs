using System.Collections.Concurrent;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Silo.Nodes;

/// <summary>
/// People whom a bulk reader of this node has loaded, by number. What was loaded is good on this node only, so a call carries the number: a grain
/// that runs here finds the person by it, and one that runs elsewhere does not.
/// </summary>
internal sealed class AdoptionTickets
{
    private readonly ConcurrentDictionary<long, LoadedIdentity> open = new();
    private long last;

    /// <summary>This node's name, which no other node and no other start of this one has.</summary>
    public string Node { get; } = Guid.NewGuid().ToString("N");

    public long Open(LoadedIdentity loaded)
    {
        var ticket = Interlocked.Increment(ref last);
        open[ticket] = loaded;
        return ticket;
    }

    public void Close(long ticket) => open.TryRemove(ticket, out _);

    public LoadedIdentity? Find(string node, long ticket) => node == Node ? open.GetValueOrDefault(ticket) : null;
}
