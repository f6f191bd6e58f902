namespace CdpPipeline.Grains.Sharing;

/// <summary>How a process keeps up with others on the same store. Section <c>Cdp:Sharing</c>.</summary>
public sealed class SharingOptions
{
    /// <summary>How often the store is asked what others changed: after this time a key that was revoked elsewhere no longer works here. Default: 1 s.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for a value that can't work.</summary>
    public SharingOptions Validated()
    {
        if (LookEvery < TimeSpan.FromMilliseconds(10) || LookEvery > TimeSpan.FromHours(1))
            throw new ArgumentOutOfRangeException(nameof(LookEvery), LookEvery, "Cdp:Sharing:LookEvery must lie between 10 milliseconds and an hour.");
        return this;
    }
}
