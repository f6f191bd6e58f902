using System.Diagnostics.CodeAnalysis;

namespace CdpPipeline.Api.Auth;

/// <summary>Knows which source a write key belongs to. Safe for concurrent use; cheap enough for every request.</summary>
public interface IWriteKeys
{
    /// <summary>The source of the key as the client sent it; false for a key that is unknown, revoked, or of another sort (an admin key).</summary>
    bool TryFindSource(ReadOnlySpan<char> key, [NotNullWhen(true)] out Source? source);
}
