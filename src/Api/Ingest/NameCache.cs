using System.Text;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Gives the same string for the same UTF-8 bytes, mostly: a fixed number of places, and a newcomer takes the place of whoever
/// holds it. Lock-free; names longer than <see cref="BytesMax"/> are not kept.
/// </summary>
internal sealed class NameCache(int capacity)
{
    public const int BytesMax = 128;

    private readonly Entry?[] entries = new Entry?[capacity];
    private readonly uint seed = (uint)Random.Shared.Next();

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > BytesMax) return Encoding.UTF8.GetString(utf8);
        ref var place = ref entries[Hash(utf8) % (uint)entries.Length];
        var entry = Volatile.Read(ref place);
        if (entry is not null && utf8.SequenceEqual(entry.Utf8)) return entry.Text;
        entry = new Entry(utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        Volatile.Write(ref place, entry);
        return entry.Text;
    }

    private uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = seed ^ 2166136261u;
        foreach (var b in utf8) hash = (hash ^ b) * 16777619u;
        return hash ^ (hash >> 15);
    }

    private sealed record Entry(byte[] Utf8, string Text);
}
