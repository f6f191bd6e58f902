using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// The write keys in memory. Stored keys are SHA-256 hashes, compared in constant time. Keys that were found are remembered as they
/// were sent (at most <see cref="SeenMax"/>, in memory only), so that the hot path hashes nothing; <see cref="Replace"/> forgets them.
/// </summary>
public sealed class WriteKeys : IWriteKeys
{
    /// <summary>Longest write key, in characters.</summary>
    public const int LengthMax = 256;

    /// <summary>How many found keys are remembered.</summary>
    public const int SeenMax = 1024;

    private readonly KeyedSource? configured;
    private volatile Table table;

    /// <summary>Knows the configured key, if any, until and after the first <see cref="Replace"/>.</summary>
    public WriteKeys(KeyedSource? configured = null)
    {
        this.configured = configured;
        table = new Table(configured is null ? [] : [configured]);
    }

    public static byte[] Hash(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[LengthMax * 3];
        return SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key[..Math.Min(key.Length, LengthMax)], utf8)]);
    }

    /// <summary>From now on exactly these keys are valid, and the configured one; where a source has it, it is that source's.</summary>
    public void Replace(IReadOnlyList<KeyedSource> sources) =>
        table = new Table(configured is null || sources.Any(HasConfigured) ? sources : [.. sources, configured]);

    public bool TryFindSource(ReadOnlySpan<char> key, [NotNullWhen(true)] out Source? source)
    {
        source = null;
        return key.Length is > 0 and <= LengthMax && table.TryFind(key, out source);
    }

    private bool HasConfigured(KeyedSource source) => source.Keys.Any(key => key.KeyHash.Span.SequenceEqual(configured!.Keys[0].KeyHash.Span));

    private sealed class Table(IEnumerable<KeyedSource> sources)
    {
        private readonly ILookup<ulong, (ReadOnlyMemory<byte> Hash, Source Source)> byPrefix = sources
            .SelectMany(keyed => keyed.Keys, (keyed, key) => (key.KeyHash, keyed.Source))
            .ToLookup(key => Prefix(key.KeyHash.Span));

        private readonly ConcurrentDictionary<string, Source> seen = new(StringComparer.Ordinal);
        private int seenCount;

        public bool TryFind(ReadOnlySpan<char> key, [NotNullWhen(true)] out Source? source) =>
            seen.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out source) || TryHash(key, out source);

        private static ulong Prefix(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);

        private bool TryHash(ReadOnlySpan<char> key, [NotNullWhen(true)] out Source? source)
        {
            source = null;
            var hash = Hash(key);
            foreach (var candidate in byPrefix[Prefix(hash)])
            {
                if (CryptographicOperations.FixedTimeEquals(hash, candidate.Hash.Span)) source = candidate.Source;
            }

            // Only good keys are remembered: guesses can't fill the table.
            if (source is not null && seenCount < SeenMax && seen.TryAdd(key.ToString(), source)) Interlocked.Increment(ref seenCount);
            return source is not null;
        }
    }
}
