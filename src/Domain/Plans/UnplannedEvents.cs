namespace CdpPipeline.Domain.Plans;

/// <summary>What becomes of an event whose name no plan has.</summary>
public enum UnplannedEvents
{
    /// <summary>It is taken.</summary>
    Allow,

    /// <summary>It is taken, and counted.</summary>
    Report,

    /// <summary>It is rejected.</summary>
    Block,
}
