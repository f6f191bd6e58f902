namespace CdpPipeline.Api.Auth;

/// <summary>What a key may do under <c>/api</c>; more includes less.</summary>
public enum ApiAccess
{
    /// <summary>Read profiles and segments.</summary>
    Read = 1,

    /// <summary>Everything.</summary>
    Admin = 2,
}
