using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Silo.Tests;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>The way in, through another node each time.</summary>
internal sealed class HouseIngest(IReadOnlyList<TestNode> nodes) : IIngest
{
    private int turn;

    public Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken) =>
        nodes[(int)((uint)Interlocked.Increment(ref turn) % (uint)nodes.Count)].Get<IIngest>().IngestAsync(events, cancellationToken);
}
