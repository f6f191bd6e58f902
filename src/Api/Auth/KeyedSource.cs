namespace CdpPipeline.Api.Auth;

/// <summary>A source and its write keys, which are all good at the same time; without any it takes nothing in.</summary>
public sealed record KeyedSource(Source Source, IReadOnlyList<WriteKey> Keys)
{
    /// <summary>A source with its first key.</summary>
    public KeyedSource(Source source, byte[] keyHash, DateTimeOffset? createdAt = null)
        : this(source, [new WriteKey(WriteKey.First, null, keyHash, createdAt)])
    {
    }
}
