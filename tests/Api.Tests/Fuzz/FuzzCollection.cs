namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Fuzzers run alone, so that what they measure of the process's memory is theirs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection
{
    public const string Name = "Fuzz";
}
