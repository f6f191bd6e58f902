using System.Security.Cryptography;
using System.Text;

namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>A browser that has shown an API key, for a time. It may what the key may, for as long as there is the key.</summary>
/// <param name="Id">Names it in the audit log; no secret.</param>
/// <param name="Key">The key, as it is now.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="CsrfToken">What a page of ours sends along to show that it is one.</param>
internal sealed record Session(Guid Id, ApiKey Key, DateTimeOffset ExpiresAt, string CsrfToken)
{
    /// <summary>Whether this is the session's CSRF token, compared in constant time.</summary>
    public bool IsToken(string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(CsrfToken));
}
