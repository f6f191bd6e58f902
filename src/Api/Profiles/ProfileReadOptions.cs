namespace CdpPipeline.Api.Profiles;

/// <summary>Bounds of reading profiles. Section <c>Cdp:Profiles:Reading</c>.</summary>
public sealed class ProfileReadOptions
{
    public const string Section = "Cdp:Profiles:Reading";

    /// <summary>Rendered profiles kept for re-use, in bytes; 0 keeps none. Default: 67,108,864 (64 MB).</summary>
    public long RenderedBytesMax { get; set; } = 64L * 1024 * 1024;

    /// <summary>People that one list looks up at the same time. Default: 16.</summary>
    public int AtOnceMax { get; set; } = 16;
}
