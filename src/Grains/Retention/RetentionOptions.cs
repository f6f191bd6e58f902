namespace CdpPipeline.Grains.Retention;

/// <summary>How events that are kept long enough are looked for. Section <c>Cdp:Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>How often all people are looked at; nobody is while no source has a retention. Default: 6 hours.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Most events of one person that are removed with one transaction; more go with several. Default: 10,000.</summary>
    public int EventsPerTransactionMax { get; set; } = 10_000;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for a value that can't work.</summary>
    public RetentionOptions Validated()
    {
        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromDays(30))
            throw new ArgumentOutOfRangeException(nameof(Every), Every, "Cdp:Retention:Every must lie between a second and 30 days (30.00:00:00).");
        if (EventsPerTransactionMax < 1 || EventsPerTransactionMax > 1_000_000)
            throw new ArgumentOutOfRangeException(nameof(EventsPerTransactionMax), EventsPerTransactionMax, "Cdp:Retention:EventsPerTransactionMax must lie between 1 and 1,000,000.");
        return this;
    }
}
