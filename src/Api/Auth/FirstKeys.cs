namespace CdpPipeline.Api.Auth;

/// <summary>
/// The clear text of the first source's write key and of the first admin key, to be printed at the start. Null for one that another node
/// generated: only its hash is known here.
/// </summary>
public sealed record FirstKeys(string? WriteKey, string? ApiKey);
