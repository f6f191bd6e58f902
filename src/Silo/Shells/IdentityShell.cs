using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Silo.Nodes;
using Orleans.Placement;

namespace CdpPipeline.Silo.Shells;

/// <summary>Runs one identity on this node: each call is a turn of the plain grain. Whoever needs her first has her near.</summary>
[GrainType("cdp-identity")]
[PreferLocalPlacement]
internal sealed class IdentityShell(CdpPipeline.Grains.GrainFactory factory, ActiveIdentities active, AdoptionTickets tickets, TimeProvider clock) : Grain, IIdentityShell
{
    private IdentityGrain? grain;

    public IdentityId Id => new(this.GetPrimaryKey());

    /// <summary>When she was last needed, on the node's monotonic clock.</summary>
    public long UsedAt { get; private set; }

    private IdentityGrain Turn
    {
        get
        {
            UsedAt = clock.GetTimestamp();
            return grain!;
        }
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        grain = factory.Identity(Id);
        UsedAt = clock.GetTimestamp();
        active.Enter(this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        active.Leave(this);
        grain?.Deactivate();
        return Task.CompletedTask;
    }

    /// <summary>The person as of her last commit, as far as she is in memory. May be asked outside the turn.</summary>
    public Person? Peek() => grain?.Peek();

    /// <summary>Has her leave memory once the turn under way has ended. May be called outside the turn.</summary>
    public void LetGo() => GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "More people are in memory than may be."));

    public ValueTask<IngestAnswer> IngestAsync(IngestRequest request, CancellationToken cancellationToken) => Turn.IngestAsync(request, cancellationToken);

    public ValueTask<DescribeAnswer> DescribeAsync(CancellationToken cancellationToken) => Turn.DescribeAsync(cancellationToken);

    public ValueTask<ProfileAnswer> ProfileAsync(CancellationToken cancellationToken) => Turn.ProfileAsync(cancellationToken);

    public Task<ProfileAnswer> ProfileAtAsync(DateTimeOffset at, CancellationToken cancellationToken) => Turn.ProfileAtAsync(at, cancellationToken);

    public Task<EventsAnswer> EventsAsync(TimelineQuery query, CancellationToken cancellationToken) => Turn.EventsAsync(query, cancellationToken);

    public Task<MergesAnswer> MergesAsync(CancellationToken cancellationToken) => Turn.MergesAsync(cancellationToken);

    public Task<MergePreviewAnswer> PreviewAbsorbAsync(IdentityId loser, CancellationToken cancellationToken) => Turn.PreviewAbsorbAsync(loser, cancellationToken);

    public Task<MatchAnswer> MatchesAsync(SegmentNode definition, CancellationToken cancellationToken) => Turn.MatchesAsync(definition, cancellationToken);

    public Task<ExplainAnswer> ExplainAsync(SegmentId segment, SegmentNode definition, CancellationToken cancellationToken) =>
        Turn.ExplainAsync(segment, definition, cancellationToken);

    public Task<MergeAnswer> MergeIntoAsync(MergeRequest request, CancellationToken cancellationToken) => Turn.MergeIntoAsync(request, cancellationToken);

    public Task<MergeAnswer> AbsorbAsync(IdentityId loser, CancellationToken cancellationToken) => Turn.AbsorbAsync(loser, cancellationToken);

    public Task<MergeAnswer> ReleaseAsync(IdentityId component, CancellationToken cancellationToken) => Turn.ReleaseAsync(component, cancellationToken);

    public Task<EraseAnswer> EraseAsync(EraseRequest request, CancellationToken cancellationToken) => Turn.EraseAsync(request, cancellationToken);

    public async Task<ExpireAnswer> ExpireAsync(ExpireRequest request, CancellationToken cancellationToken)
    {
        var answer = await grain!.ExpireAsync(request, cancellationToken);

        // Somebody who was not in memory does not stay there for it.
        if (grain.Peek() is null) DeactivateOnIdle();
        return answer;
    }

    public Task RefreshAsync(CancellationToken cancellationToken) => Turn.RefreshAsync(cancellationToken);

    public Task ReevaluateAsync(long catalogVersion, CancellationToken cancellationToken) => Turn.ReevaluateAsync(catalogVersion, cancellationToken);

    public async Task AdoptAsync(string node, long ticket, long catalogVersion, CancellationToken cancellationToken)
    {
        var staysHere = true;
        if (tickets.Find(node, ticket) is { } loaded)
        {
            await grain!.AdoptAsync(loaded, cancellationToken);
        }
        else
        {
            // The call may have come here because she was active here until a moment ago; what was loaded of her is elsewhere.
            staysHere = grain!.Peek() is not null;
            await grain.ReevaluateAsync(catalogVersion, cancellationToken);
        }

        // Somebody who was not in memory does not stay there for it.
        if (!staysHere || grain.Peek() is null) DeactivateOnIdle();
    }
}
