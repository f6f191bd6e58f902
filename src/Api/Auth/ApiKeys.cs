using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// The API keys in memory, as SHA-256 hashes compared in constant time. Authorization headers that were found good are remembered (at
/// most <see cref="SeenMax"/>, in memory only), so that the hot path is one look-up; <see cref="Replace"/> forgets them.
/// </summary>
public sealed class ApiKeys
{
    /// <summary>Longest key, in characters.</summary>
    public const int LengthMax = WriteKeys.LengthMax;

    /// <summary>How many good headers are remembered.</summary>
    public const int SeenMax = 1024;

    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    private volatile Table table = new([]);

    /// <summary>From now on exactly these keys are valid.</summary>
    public void Replace(IReadOnlyList<ApiKey> keys) => table = new Table(keys);

    /// <summary>The key that an Authorization header names (Bearer, or the user name of Basic); null when it names no valid one.</summary>
    public ApiKey? Find(string authorization)
    {
        var current = table;
        return current.Seen.TryGetValue(authorization, out var key) ? key : current.Look(authorization);
    }

    /// <summary>The key by its text; null when that is no valid one.</summary>
    public ApiKey? FindText(string text) => text.Length is > 0 and <= LengthMax ? table.Match(text) : null;

    /// <summary>The key by its id; null when there is none, or none any more.</summary>
    public ApiKey? FindById(string id) => table.ById.GetValueOrDefault(id);

    /// <summary>The key in an Authorization header; null when there is none that could be right.</summary>
    public static string? KeyIn(string authorization)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return Bounded(authorization.AsSpan(Bearer.Length).Trim());
        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> bytes = stackalloc byte[LengthMax * 3];
        if (!Convert.TryFromBase64Chars(authorization.AsSpan(Basic.Length).Trim(), bytes, out var count)) return null;
        var text = Encoding.UTF8.GetString(bytes[..count]);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return Bounded(colon < 0 ? text : text.AsSpan(0, colon));
    }

    private static string? Bounded(ReadOnlySpan<char> key) => key.Length is > 0 and <= LengthMax ? key.ToString() : null;

    private sealed class Table(IReadOnlyList<ApiKey> keys)
    {
        private int seenCount;

        public ConcurrentDictionary<string, ApiKey> Seen { get; } = new(StringComparer.Ordinal);

        public FrozenDictionary<string, ApiKey> ById { get; } = keys.ToFrozenDictionary(key => key.Id, StringComparer.Ordinal);

        public ApiKey? Look(string authorization)
        {
            if (KeyIn(authorization) is not { } text) return null;
            var found = Match(text);

            // Only good headers are remembered: guesses can't fill the table.
            if (found is not null && seenCount < SeenMax && Seen.TryAdd(authorization, found)) Interlocked.Increment(ref seenCount);
            return found;
        }

        public ApiKey? Match(string text)
        {
            var hash = WriteKeys.Hash(text);
            ApiKey? found = null;
            foreach (var candidate in keys)
            {
                if (CryptographicOperations.FixedTimeEquals(hash, candidate.KeyHash.Span)) found = candidate;
            }

            return found;
        }
    }
}
