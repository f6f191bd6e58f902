namespace CdpPipeline.Domain.Plans;

/// <summary>What becomes of an event whose properties are not as planned.</summary>
public enum PlanMode
{
    /// <summary>It is taken, and counted.</summary>
    Report,

    /// <summary>It is rejected.</summary>
    Block,
}
