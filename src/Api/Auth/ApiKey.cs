namespace CdpPipeline.Api.Auth;

/// <summary>A key to the API as it is kept: its role and the SHA-256 of its text (32 bytes). The text itself is shown once and kept nowhere.</summary>
public sealed record ApiKey(string Id, string Name, ApiAccess Role, ReadOnlyMemory<byte> KeyHash, DateTimeOffset CreatedAt);
