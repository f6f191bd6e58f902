namespace CdpPipeline.Api.Auth;

/// <summary>A source and the SHA-256 of its write key (32 bytes); the key itself is not kept.</summary>
public sealed record KeyedSource(Source Source, ReadOnlyMemory<byte> KeyHash);
