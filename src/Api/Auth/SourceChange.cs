namespace CdpPipeline.Api.Auth;

/// <summary>What became of the wish to change a source or its keys.</summary>
public enum SourceChange
{
    Done = 1,

    /// <summary>There is no such source, or it has no such key.</summary>
    Unknown = 2,

    /// <summary>The configuration fixes the key: it would be back at the next start.</summary>
    Configured = 3,

    /// <summary>There are as many keys as there can be.</summary>
    Full = 4,

    /// <summary>It has had as many names as are remembered.</summary>
    TooManyNames = 5,

    /// <summary>As many deleted sources are remembered as can be.</summary>
    TooManyDeleted = 6,
}
