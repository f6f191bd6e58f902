namespace CdpPipeline.Domain.Plans;

/// <summary>How large a tracking plan may be; each schema has limits of its own.</summary>
public static class PlanLimits
{
    /// <summary>Events of one plan.</summary>
    public const int EventsMax = 500;

    /// <summary>An event's name, in UTF-16 characters.</summary>
    public const int NameLengthMax = 512;
}
