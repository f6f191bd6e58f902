using CdpPipeline.Demo.Host;
using CdpPipeline.Demo.Retail;

namespace CdpPipeline.Demo;

/// <summary>What a run did and saw.</summary>
internal sealed record DemoReport(RetailFile File, Replay Replay, IReadOnlyList<SegmentCount> Segments, IReadOnlyDictionary<string, RetailTotals> People)
{
    public RetailTotals ByTheFile { get; } = RetailTotals.Of(File);

    public RetailTotals ByTheApi { get; } = People.Values.Aggregate(new RetailTotals(), (sum, person) => sum + person);

    /// <summary>Nothing rejected, and every total the same on both sides, to the penny.</summary>
    public bool Agrees => Replay.Rejected == 0 && ByTheApi == ByTheFile;

    /// <summary>Who spent most, what came back taken off; null when the file names no customer.</summary>
    public string? BiggestCustomer => People
        .Where(person => person.Value.Orders > 0)
        .OrderByDescending(person => person.Value.Sales + person.Value.Cancelled)
        .ThenBy(person => person.Key, StringComparer.Ordinal)
        .Select(person => person.Key)
        .FirstOrDefault();
}
