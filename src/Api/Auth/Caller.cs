using CdpPipeline.Api.Auth.Sessions;

namespace CdpPipeline.Api.Auth;

/// <summary>Who makes a request: whose key it is, and the session that was opened with it, where the key itself was not sent.</summary>
internal readonly record struct Caller(ApiKey Key, Session? Session);
