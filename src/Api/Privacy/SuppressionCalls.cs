using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Privacy;

/// <summary>Says whether an identifier is suppressed, and lifts a suppression. Which ones are cannot be listed: only their hashes are kept.</summary>
internal sealed class SuppressionCalls(IErasures erasures, ErasureView view, ErasureRefresh refresh, SuppressionKey key)
{
    private const string Prefix = "/api/suppressions/";

    public async Task GetAsync(HttpContext context)
    {
        if (PersonReference.Of(context, Prefix) is not { Identifier: { } identifier })
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        await refresh.FollowAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, view.Suppresses(identifier), static (json, suppressed) => json.WriteBoolean("suppressed"u8, suppressed));
    }

    /// <summary>Lets the identifier start somebody new: here at once, on other nodes within the time after which they look.</summary>
    public async Task LiftAsync(HttpContext context)
    {
        if (PersonReference.Of(context, Prefix) is { Identifier: { } identifier } && await LiftAsync(context, identifier)) await JsonAnswer.NoContentAsync(context);
        else await JsonAnswer.NotFoundAsync(context);
    }

    private async Task<bool> LiftAsync(HttpContext context, Identifier identifier)
    {
        var cancellationToken = context.RequestAborted;
        var hash = (await key.HashAsync(cancellationToken)).Of(identifier);
        if (await erasures.FindAsync(new ErasureKey(null, null, hash), cancellationToken) is { } receipt) context.NameTarget(receipt.Number.ToString());
        if (!await erasures.LiftAsync(hash, cancellationToken)) return false;
        await refresh.FollowAsync(cancellationToken);
        return true;
    }
}
