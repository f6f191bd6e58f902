namespace CdpPipeline.Api.Auth;

/// <summary>What became of the wish to remove an API key.</summary>
public enum KeyRemoval
{
    Removed = 1,

    /// <summary>There is none by this id.</summary>
    Unknown = 2,

    /// <summary>The configuration fixes it: it would be back at the next start.</summary>
    Configured = 3,

    /// <summary>It is the last key with the role admin.</summary>
    LastAdmin = 4,
}
