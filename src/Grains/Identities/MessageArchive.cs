using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Finds messageIds that left a component's window. What the stored blocks hold is kept in memory in short, for the components asked for
/// lately, up to a bound over the whole node; a component that is longer than the bound is searched in the store each time.
/// </summary>
public sealed class MessageArchive(IEventLog log, int fingerprintsMax)
{
    private const int BlocksAtOnce = 128;

    private readonly Lock changing = new();
    private readonly Dictionary<long, LinkedListNode<Shelf>> shelves = [];
    private readonly LinkedList<Shelf> lately = [];
    private long fingerprints;

    /// <summary>Adds the events of the component whose fingerprint is one of these: candidates, whose text is still to be compared.</summary>
    public async ValueTask FindAsync(Component component, IReadOnlyList<long> hashes, List<EventId> candidates, CancellationToken cancellationToken)
    {
        if ((long)component.Messages.Blocks * MessageWindow.Kept > fingerprintsMax)
        {
            await SearchAsync(component, 0, component.Messages.Blocks, hashes, candidates, cancellationToken);
            return;
        }

        var shelf = await ShelfAsync(component, cancellationToken);
        var blocks = new List<int>();
        foreach (var hash in hashes) shelf.Table.Find(hash, blocks);
        foreach (var block in blocks.Distinct()) await SearchAsync(component, block, 1, hashes, candidates, cancellationToken);
    }

    private async Task SearchAsync(Component component, int from, int count, IReadOnlyList<long> hashes, List<EventId> candidates, CancellationToken cancellationToken)
    {
        var wanted = hashes.ToHashSet();
        for (var at = from; at < from + count; at += BlocksAtOnce)
        {
            foreach (var block in await log.ReadMessageBlocksAsync(component.Key, at, Math.Min(BlocksAtOnce, from + count - at), cancellationToken))
            {
                for (var i = 0; i < block.Hashes.Length; i++)
                {
                    if (wanted.Contains(block.Hashes.Span[i])) candidates.Add(new EventId(component.Key, block.Seqs.Span[i]));
                }
            }
        }
    }

    /// <summary>The component's shelf with every block it has let go so far. One turn at a time uses a component, so one fills its shelf.</summary>
    private async ValueTask<Shelf> ShelfAsync(Component component, CancellationToken cancellationToken)
    {
        var shelf = Take(component.Key);
        while (shelf.Blocks < component.Messages.Blocks)
        {
            var wanted = Math.Min(BlocksAtOnce, component.Messages.Blocks - shelf.Blocks);
            var read = await log.ReadMessageBlocksAsync(component.Key, shelf.Blocks, wanted, cancellationToken);
            if (read.Count == 0) throw new StoreUnavailableException($"Message blocks of component {component.Key} are not there.");
            foreach (var block in read) shelf.Add(block);
            Account(shelf, read.Sum(block => block.Hashes.Length));
        }

        return shelf;
    }

    private Shelf Take(long key)
    {
        lock (changing)
        {
            if (shelves.TryGetValue(key, out var node)) lately.Remove(node);
            else shelves[key] = node = new LinkedListNode<Shelf>(new Shelf(key));
            lately.AddFirst(node);
            return node.Value;
        }
    }

    /// <summary>Lets go of the shelves that were not used for longest, when there is too much in all of them.</summary>
    private void Account(Shelf grown, int added)
    {
        lock (changing)
        {
            if (!shelves.TryGetValue(grown.Key, out var node) || node.Value != grown) return;
            grown.Accounted += added;
            fingerprints += added;
            while (fingerprints > fingerprintsMax && lately.Last is { } oldest && oldest.Value != grown)
            {
                lately.Remove(oldest);
                shelves.Remove(oldest.Value.Key);
                fingerprints -= oldest.Value.Accounted;
            }
        }
    }

    private sealed class Shelf(long key)
    {
        public long Key { get; } = key;

        public FingerprintTable Table { get; } = new();

        /// <summary>Fingerprints counted against the node's bound.</summary>
        public long Accounted { get; set; }

        /// <summary>Blocks taken in, from the first on without a gap.</summary>
        public int Blocks { get; private set; }

        public void Add(MessageBlock block)
        {
            foreach (var hash in block.Hashes.Span) Table.Add(hash, block.Number);
            Blocks = block.Number + 1;
        }
    }
}
