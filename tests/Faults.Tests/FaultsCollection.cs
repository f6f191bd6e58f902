namespace CdpPipeline.Faults.Tests;

/// <summary>One fault test at a time: each loads the machine by itself.</summary>
[CollectionDefinition("Faults", DisableParallelization = true)]
public sealed class FaultsCollection;
