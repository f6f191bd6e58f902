using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Auth;

/// <summary>Decides whether a request may do what it asks for: no or an unknown key 401, a write key or too low a role 403.</summary>
internal sealed class ApiGate(ApiKeys keys, IWriteKeys writeKeys)
{
    /// <summary>Why not; null when it may.</summary>
    public Problem? Check(HttpRequest request, ApiAccess needed)
    {
        string? authorization = request.Headers.Authorization;
        if (string.IsNullOrEmpty(authorization)) return Problems.Unauthorized;
        if (keys.Find(authorization) is { } role) return role >= needed ? null : Problems.RoleTooLow;
        return ApiKeys.KeyIn(authorization) is { } key && writeKeys.TryFindSource(key, out _) ? Problems.WriteKeyOnApi : Problems.Unauthorized;
    }
}
