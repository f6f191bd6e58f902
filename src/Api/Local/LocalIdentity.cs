using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Local;

/// <summary>Reaches one identity through its mailbox.</summary>
internal sealed class LocalIdentity(GrainDirectory<IdentityId, IdentityGrain> identities, IdentityId id) : IIdentityGrain
{
    public ValueTask<IngestAnswer> IngestAsync(IngestRequest request, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, request, token) => grain.IngestAsync(request, token), request, cancellationToken);

    public ValueTask<DescribeAnswer> DescribeAsync(CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, _, token) => grain.DescribeAsync(token), 0, cancellationToken);

    public ValueTask<ProfileAnswer> ProfileAsync(CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, _, token) => grain.ProfileAsync(token), 0, cancellationToken);

    public Task<ProfileAnswer> ProfileAtAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, at, token) => new ValueTask<ProfileAnswer>(grain.ProfileAtAsync(at, token)), at, cancellationToken).AsTask();

    public Task<EventsAnswer> EventsAsync(TimelineQuery query, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, query, token) => new ValueTask<EventsAnswer>(grain.EventsAsync(query, token)), query, cancellationToken).AsTask();

    public Task<MergesAnswer> MergesAsync(CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, _, token) => new ValueTask<MergesAnswer>(grain.MergesAsync(token)), 0, cancellationToken).AsTask();

    public Task<MergePreviewAnswer> PreviewAbsorbAsync(IdentityId loser, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, loser, token) => new ValueTask<MergePreviewAnswer>(grain.PreviewAbsorbAsync(loser, token)), loser, cancellationToken).AsTask();

    public Task<MatchAnswer> MatchesAsync(SegmentNode definition, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, definition, token) => new ValueTask<MatchAnswer>(grain.MatchesAsync(definition, token)), definition, cancellationToken).AsTask();

    public Task<ExplainAnswer> ExplainAsync(SegmentId segment, SegmentNode definition, CancellationToken cancellationToken) => identities.CallAsync(
        id,
        static (grain, asked, token) => new ValueTask<ExplainAnswer>(grain.ExplainAsync(asked.segment, asked.definition, token)),
        (segment, definition),
        cancellationToken).AsTask();

    public Task<MergeAnswer> MergeIntoAsync(MergeRequest request, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, request, token) => new ValueTask<MergeAnswer>(grain.MergeIntoAsync(request, token)), request, cancellationToken).AsTask();

    public Task<MergeAnswer> AbsorbAsync(IdentityId loser, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, loser, token) => new ValueTask<MergeAnswer>(grain.AbsorbAsync(loser, token)), loser, cancellationToken).AsTask();

    public Task<MergeAnswer> ReleaseAsync(IdentityId component, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, component, token) => new ValueTask<MergeAnswer>(grain.ReleaseAsync(component, token)), component, cancellationToken).AsTask();

    public Task<EraseAnswer> EraseAsync(EraseRequest request, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, request, token) => new ValueTask<EraseAnswer>(grain.EraseAsync(request, token)), request, cancellationToken).AsTask();

    public Task<ExpireAnswer> ExpireAsync(ExpireRequest request, CancellationToken cancellationToken) =>
        identities.CallAsync(id, static (grain, request, token) => new ValueTask<ExpireAnswer>(grain.ExpireAsync(request, token)), request, cancellationToken).AsTask();

    public Task RefreshAsync(CancellationToken cancellationToken) => identities.CallAsync(
        id,
        static async (grain, _, token) =>
        {
            await grain.RefreshAsync(token);
            return 0;
        },
        0,
        cancellationToken).AsTask();

    public Task ReevaluateAsync(long catalogVersion, CancellationToken cancellationToken) => identities.CallAsync(
        id,
        static async (grain, version, token) =>
        {
            await grain.ReevaluateAsync(version, token);
            return 0;
        },
        catalogVersion,
        cancellationToken).AsTask();
}
