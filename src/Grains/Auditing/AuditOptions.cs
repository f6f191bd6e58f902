namespace CdpPipeline.Grains.Auditing;

/// <summary>How long the audit log remembers. Section <c>Cdp:Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>How long an entry is kept, to within an hour. Default: 400 days.</summary>
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for a value that can't work.</summary>
    public AuditOptions Validated()
    {
        if (KeptFor < TimeSpan.FromDays(1) || KeptFor > TimeSpan.FromDays(36_600))
            throw new ArgumentOutOfRangeException(nameof(KeptFor), KeptFor, "Cdp:Audit:KeptFor must lie between a day (1.00:00:00) and a hundred years.");
        return this;
    }
}
