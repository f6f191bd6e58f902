namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// The fingerprints of a component's newest messageIds: at least the newest <see cref="Kept"/>, all of them while there are fewer.
/// Older ones are for the store's unique index to find. A value: adding gives a new window, and the old one stays as it was.
/// </summary>
public readonly struct MessageWindow
{
    public const int Kept = 512;

    private readonly long[]? hashes;
    private readonly int count;

    private MessageWindow(long[]? hashes, int count, bool isComplete)
    {
        this.hashes = hashes;
        this.count = count;
        IsTruncated = !isComplete;
    }

    /// <summary>Older fingerprints were let go: not finding one here proves nothing.</summary>
    public bool IsTruncated { get; }

    public ReadOnlySpan<long> Hashes => hashes.AsSpan(0, count);

    public bool Contains(long hash) => Hashes.Contains(hash);

    /// <summary>
    /// Windows grow along one line: the array is shared with the window before, which never looks beyond its own count.
    /// Adding twice to the same window would share a slot, so a window that was added to must not be added to again unless the first result is dropped.
    /// </summary>
    public MessageWindow Add(long hash)
    {
        if (count == 2 * Kept) return new MessageWindow(Hashes[Kept..].ToArray(), Kept, isComplete: false).Add(hash);
        var array = hashes;
        if (array is null || count == array.Length)
        {
            array = new long[Math.Min(Math.Max(4, count * 2), 2 * Kept)];
            Hashes.CopyTo(array);
        }

        array[count] = hash;
        return new MessageWindow(array, count + 1, !IsTruncated);
    }

    public static MessageWindow From(ReadOnlySpan<long> hashes, bool isTruncated) => new(hashes.ToArray(), hashes.Length, !isTruncated);
}
