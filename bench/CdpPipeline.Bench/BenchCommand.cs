namespace CdpPipeline.Bench;

/// <summary>What can be measured.</summary>
internal enum BenchCommand
{
    MergeCost,
    AppendFlat,
    Memory,
    Batch,
    Single,
    Profile,
    Segments,
    FoldCost,
    KeptMemory,
    Live,
    Backfill,
    Change,
    Preview,
    Due,
    DueRestart,
    Cluster,
    Overload,
    Retention,
}
