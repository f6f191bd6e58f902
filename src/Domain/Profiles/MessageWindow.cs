namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// The fingerprints of a component's newest messageIds, each with the seq of its event: all of them while there are few, at least the newest
/// <see cref="Kept"/> later. Older ones are let go in blocks of <see cref="Kept"/>, which are stored as they go (<see cref="MessageBlock"/>). A
/// value: adding gives a new window, and the old one stays as it was.
/// </summary>
public readonly struct MessageWindow
{
    public const int Kept = 512;

    private readonly long[]? hashes;
    private readonly int[]? seqs;
    private readonly int count;

    private MessageWindow(long[]? hashes, int[]? seqs, int count, int blocks)
    {
        this.hashes = hashes;
        this.seqs = seqs;
        this.count = count;
        Blocks = blocks;
    }

    /// <summary>How many blocks were let go: while there are any, not finding a fingerprint here proves nothing.</summary>
    public int Blocks { get; }

    /// <summary>In the order of the log.</summary>
    public ReadOnlySpan<long> Hashes => hashes.AsSpan(0, count);

    /// <summary>The seq of each fingerprint's event.</summary>
    public ReadOnlySpan<int> Seqs => seqs.AsSpan(0, count);

    public bool Contains(long hash) => Hashes.Contains(hash);

    /// <summary>
    /// Windows grow along one line: the arrays are shared with the window before, which never looks beyond its own count. So a window that
    /// was added to must not be added to again, unless the first result is dropped.
    /// </summary>
    public MessageWindow Add(long hash, long seq)
    {
        if (count == 2 * Kept) return new MessageWindow(Hashes[Kept..].ToArray(), Seqs[Kept..].ToArray(), Kept, Blocks + 1).Add(hash, seq);
        var (toHashes, toSeqs) = (hashes, seqs);
        if (toHashes is null || toSeqs is null || count == toHashes.Length)
        {
            var length = Math.Min(Math.Max(4, count * 2), 2 * Kept);
            (toHashes, toSeqs) = (new long[length], new int[length]);
            Hashes.CopyTo(toHashes);
            Seqs.CopyTo(toSeqs);
        }

        toHashes[count] = hash;
        toSeqs[count] = checked((int)seq);
        return new MessageWindow(toHashes, toSeqs, count + 1, Blocks);
    }

    public static MessageWindow From(long[] hashes, int[] seqs, int blocks) => new(hashes, seqs, hashes.Length, blocks);
}
