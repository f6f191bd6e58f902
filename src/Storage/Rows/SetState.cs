namespace CdpPipeline.Storage.Rows;

/// <summary>How a membership set's row says what the set is for.</summary>
internal static class SetState
{
    public const short Hidden = 0;
    public const short Shown = 1;

    /// <summary>Its rows are to be removed, and none is written any more.</summary>
    public const short Retired = 2;
}
