namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Half of each stored fingerprint (32 bits) with the number of its block: about 13 bytes a messageId. It may name a block that turns out
/// not to hold the fingerprint, and never fails to name one that does.
/// </summary>
internal sealed class FingerprintTable
{
    private uint[] halves = new uint[1024];

    // The block's number plus one; 0 is an empty slot.
    private int[] blocks = new int[1024];

    public int Count { get; private set; }

    public void Add(long hash, int block)
    {
        if (Count * 5L >= halves.Length * 3L) Grow();
        Insert((uint)(hash >>> 32), block + 1);
        Count++;
    }

    /// <summary>Adds the numbers of the blocks that may hold the fingerprint.</summary>
    public void Find(long hash, List<int> found)
    {
        var half = (uint)(hash >>> 32);
        for (var slot = SlotOf(half); blocks[slot] != 0; slot = (slot + 1) & (halves.Length - 1))
        {
            if (halves[slot] == half) found.Add(blocks[slot] - 1);
        }
    }

    private int SlotOf(uint half) => (int)((half * 0x9E3779B97F4A7C15UL) >> 32) & (halves.Length - 1);

    private void Insert(uint half, int block)
    {
        var slot = SlotOf(half);
        while (blocks[slot] != 0) slot = (slot + 1) & (halves.Length - 1);
        (halves[slot], blocks[slot]) = (half, block);
    }

    private void Grow()
    {
        var (oldHalves, oldBlocks) = (halves, blocks);
        (halves, blocks) = (new uint[oldHalves.Length * 2], new int[oldHalves.Length * 2]);
        for (var i = 0; i < oldHalves.Length; i++)
        {
            if (oldBlocks[i] != 0) Insert(oldHalves[i], oldBlocks[i]);
        }
    }
}
