namespace CdpPipeline.Api.Tests.Auth;

/// <summary>Whom a route is for.</summary>
internal enum Access
{
    /// <summary>Everybody.</summary>
    Public,

    /// <summary>A source's write key.</summary>
    Ingest,

    /// <summary>An API key of any role.</summary>
    Read,

    /// <summary>An API key with the role admin.</summary>
    Admin,

    /// <summary>Whoever has an API key in the body, on a page of this host.</summary>
    Login,

    /// <summary>Nobody: there is nothing.</summary>
    Unknown,
}
