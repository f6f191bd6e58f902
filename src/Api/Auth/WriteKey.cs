namespace CdpPipeline.Api.Auth;

/// <summary>A write key as it is kept: the SHA-256 of its text (32 bytes). The text itself is shown once and kept nowhere.</summary>
/// <param name="Id">Its name among its source's keys.</param>
/// <param name="Label">What somebody called it; null for none.</param>
/// <param name="KeyHash">The hash.</param>
/// <param name="CreatedAt">When it was made; null where that was not noted.</param>
public sealed record WriteKey(string Id, string? Label, ReadOnlyMemory<byte> KeyHash, DateTimeOffset? CreatedAt)
{
    /// <summary>The id of a source's first key, which the configuration may fix.</summary>
    public const string First = "first";
}
