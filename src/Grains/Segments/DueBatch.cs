using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>People who are due together.</summary>
/// <param name="Due">All of them.</param>
/// <param name="Page">Those who are not in memory, as they were read; null when all are.</param>
/// <param name="Doubted">Those of whom memory and store may say different things.</param>
internal sealed record DueBatch(IReadOnlyList<DueIdentity> Due, BulkPage? Page, IReadOnlySet<IdentityId> Doubted)
{
    /// <summary>Done once all have had their turns.</summary>
    public Task Woken { get; init; } = Task.CompletedTask;
}
