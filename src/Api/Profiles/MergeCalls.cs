using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Ingest;

namespace CdpPipeline.Api.Profiles;

/// <summary>Answers who was merged into whom, merges two on request, says what a merge would change, and undoes merges.</summary>
internal sealed class MergeCalls(IGrains grains, PersonFinder finder, IdentityResolver resolver, SegmentNames names)
{
    private const int AttemptsMax = 8;
    private const int ReferenceLengthMax = 600;

    private static readonly MergeCause OnRequest = new(MergeReason.Request, [], null);

    public async Task HistoryAsync(HttpContext context)
    {
        var history = PersonReference.Of(context) is { } reference
            ? await finder.AskAsync(reference, id => HistoryAsync(id, context.RequestAborted), context.RequestAborted)
            : null;
        if (history is null) await JsonAnswer.NotFoundAsync(context);
        else await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, history, MergeJson.WriteHistory);
    }

    /// <summary>Merges <c>other</c> with the person; she survives where the rule leaves the choice. Two who are one already stay one.</summary>
    public async Task MergeAsync(HttpContext context)
    {
        var (body, problem) = await JsonBody.ReadAsync(context);
        var text = "";
        problem ??= body.ReadText("other", ReferenceLengthMax, out text);
        if (problem is null && PersonReference.Parse(text) is null)
            problem = Problems.InvalidField("other", "Expected an identity id, or userId:…, email:…, phone:… or anonymousId:….");

        // Left empty is no no: whoever asks for a dry run in a way of his own must not have it done.
        string? dryRun = context.Request.Query["dryRun"];
        if (problem is null && dryRun is not (null or "true" or "false")) problem = Problems.InvalidField("dryRun", "Expected true or false.");
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var left = PersonReference.Of(context) is { } reference ? await finder.FindAsync(reference, context.RequestAborted) : null;
        var right = await finder.FindAsync(PersonReference.Parse(text)!.Value, context.RequestAborted);
        if (left is null) await JsonAnswer.NotFoundAsync(context);
        else if (right is null) await ProblemResponse.WriteAsync(context, Problems.NotFound with { Field = "other", Detail = "Nobody is known by this reference." });
        else if (dryRun == "true") await PreviewAsync(context, left, right);
        else await MergeAsync(context, left, right);
    }

    /// <summary>Lets a merged identity be one of its own again.</summary>
    public async Task UndoAsync(HttpContext context)
    {
        if (PersonReference.Of(context) is not { } reference || !IdentityId.TryParse((string)context.Request.RouteValues["mergedId"]!, out var merged))
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        var (found, history, isReleased) = await ReleaseAsync(reference, merged, context.RequestAborted);
        if (found is not null) context.NameTarget($"{found.Id} {merged}");
        if (isReleased)
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (Survivor: found!.Id, Merged: merged), MergeJson.WriteUndone);
        else if (history?.Merges.Any(merge => merge.Merged == merged) == true)
            await ProblemResponse.WriteAsync(context, Problems.Conflict("already-undone", "This merge was undone already", "See the merge history."));
        else
            await JsonAnswer.NotFoundAsync(context);
    }

    private static Task RefusedAsync(HttpContext context, MergeRefusal refusal) => ProblemResponse.WriteAsync(context, refusal switch
    {
        MergeRefusal.TooManyComponents => Problems.Conflict("too-many-merged", "Too many identities would be one", $"At most {MergeRules.ComponentsMax} identities can be one person."),
        _ => Problems.Conflict("merge-refused", "The two stay apart", "The rules keep these two identities apart."),
    });

    private async Task MergeAsync(HttpContext context, Profile left, Profile right)
    {
        var answer = await grains.ExplicitMerges.MergeAsync(left.Id, right.Id, OnRequest, context.RequestAborted);
        context.NameTarget($"{answer.Survivor} {answer.Loser}");
        if (answer.Refusal is null or MergeRefusal.Same)
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, answer, MergeJson.WriteMerged);
        else
            await RefusedAsync(context, answer.Refusal.Value);
    }

    private async Task PreviewAsync(HttpContext context, Profile left, Profile right)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var (one, other) = (await resolver.DescribeAsync(left.Id, context.RequestAborted), await resolver.DescribeAsync(right.Id, context.RequestAborted));
            if (one is null || other is null) break;
            var decision = MergeRules.Decide(one, other, isExplicit: true, preferred: one.Id);
            if (decision.Refusal == MergeRefusal.Same)
            {
                await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, new ExplicitMergeAnswer(other.Id, one.Id, MergeRefusal.Same), MergeJson.WriteMerged);
                return;
            }

            if (decision.Refusal is { } refusal)
            {
                await RefusedAsync(context, refusal);
                return;
            }

            var survivor = (await grains.Identity(decision.Survivor).ProfileAsync(context.RequestAborted)).Profile;
            var loser = (await grains.Identity(decision.Loser).ProfileAsync(context.RequestAborted)).Profile;
            var answer = await grains.Identity(decision.Survivor).PreviewAbsorbAsync(decision.Loser, context.RequestAborted);
            if (survivor is null || loser is null || answer.Preview is not { } preview) continue;
            var content = new MergeContent(survivor, loser, preview, await names.CurrentAsync(context.RequestAborted));
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, content, MergeJson.WritePreview);
            return;
        }

        throw new OverloadedException("The two people keep changing; try again.");
    }

    private async Task<(Profile? Found, MergeHistory? History, bool IsReleased)> ReleaseAsync(PersonReference reference, IdentityId merged, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await finder.FindAsync(reference, cancellationToken) is not { } profile) return default;
            var answer = await grains.Identity(profile.Id).ReleaseAsync(merged, cancellationToken);
            if (answer.Verdict == MergeVerdict.Done)
            {
                await FreeAsync(profile, merged);
                return (profile, null, true);
            }

            if (answer.Verdict != MergeVerdict.Moved) return (profile, (await grains.Identity(profile.Id).MergesAsync(cancellationToken)).History, false);
        }

        throw new OverloadedException("The person keeps changing; try again.");
    }

    /// <summary>The merged grain must hear that it is free; what this node remembers of both is looked up again. Not to be cancelled: the undo is done.</summary>
    private async Task FreeAsync(Profile before, IdentityId merged)
    {
        await grains.Identity(merged).RefreshAsync(CancellationToken.None);
        await finder.ForgetAsync(before, CancellationToken.None);
    }

    private async Task<(MergeHistory? Answer, bool IsMoved)> HistoryAsync(IdentityId id, CancellationToken cancellationToken)
    {
        var answer = await grains.Identity(id).MergesAsync(cancellationToken);
        return (answer.History, answer.MovedTo is not null);
    }
}
