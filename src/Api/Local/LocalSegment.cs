using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Api.Local;

/// <summary>Reaches one segment through its mailbox.</summary>
internal sealed class LocalSegment(GrainDirectory<SegmentId, SegmentGrain> segments, SegmentId id) : ISegmentGrain
{
    public ValueTask<SegmentCount> CountAsync(CancellationToken cancellationToken) =>
        segments.CallAsync(id, static (grain, _, token) => grain.CountAsync(token), 0, cancellationToken);

    public async ValueTask ApplyAsync(MembershipDelta delta, CancellationToken cancellationToken) => await segments.CallAsync(
        id,
        static async (grain, delta, token) =>
        {
            await grain.ApplyAsync(delta, token);
            return 0;
        },
        delta,
        cancellationToken);

    public Task RecountAsync(CancellationToken cancellationToken) => segments.CallAsync(
        id,
        static async (grain, _, token) =>
        {
            await grain.RecountAsync(token);
            return 0;
        },
        0,
        cancellationToken).AsTask();

    public Task<SegmentAudit> AuditAsync(CancellationToken cancellationToken) =>
        segments.CallAsync(id, static (grain, _, token) => new ValueTask<SegmentAudit>(grain.AuditAsync(token)), 0, cancellationToken).AsTask();
}
