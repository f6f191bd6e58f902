using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Segments;

/// <summary>
/// Answers who would be in a segment, and beside a saved one who would enter and leave it. A live segment's rows say it; an unsaved definition,
/// or one that is still being backfilled, is held against every person by the same evaluator. That costs a look at everybody, so only a few
/// run at once and a few may wait.
/// </summary>
internal sealed class SegmentPreviews(
    IGrains grains, DefinitionPreview preview, SegmentMembers members, ProfileLookup lookup) : IDisposable
{
    private const int AtOnce = 2;
    private const int WaitingMax = 16;

    private readonly SemaphoreSlim turn = new(AtOnce, AtOnce);
    private int waiting;

    public async Task SavedAsync(HttpContext context)
    {
        if (SegmentCalls.IdOf(context) is not { } id || await grains.Catalog.GetAsync(id, context.RequestAborted) is not { } record)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        var answer = record.IsLive
            ? new SegmentPreviewAnswer(new PreviewedPeople(
                (await grains.Segment(record.ShownSet).CountAsync(context.RequestAborted)).MemberCount, await members.FirstAsync(record.ShownSet, DefinitionMatches.NamedMax, context.RequestAborted)))
            : await EverybodyAsync(record.Definition, beside: null, context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, answer, SegmentPreviewAnswer.Write);
    }

    public async Task UnsavedAsync(HttpContext context)
    {
        var (json, problem) = await JsonBody.ReadAsync(context);
        SegmentNode? definition = null;
        if (problem is null) (definition, problem) = SegmentBody.ReadDefinition(json);
        if (problem is null && definition is null) problem = Problems.InvalidField("filter", "Expected filter, where or definition.");
        SegmentId? beside = null;
        if (problem is null && json.Find("segmentId") is { } named)
        {
            if (named.ValueKind == JsonValueKind.String && SegmentId.TryParse(named.GetString()!, out var id)) beside = id;
            else problem = Problems.InvalidField("segmentId", "Expected the id of a segment.");
        }

        if (problem is null)
        {
            var others = (await grains.Catalog.ListAsync(context.RequestAborted)).ToDictionary(record => record.Id, record => record.Definition);
            if (beside is { } segment && !others.ContainsKey(segment)) problem = Problems.InvalidField("segmentId", $"There is no segment {segment}.");
            else if (SegmentReferences.Check(beside ?? default, definition!, others) is { } error) problem = Problems.InvalidDefinition(SegmentSpellings.Placed(error, definition!, json));
        }

        if (problem is not null) await ProblemResponse.WriteAsync(context, problem);
        else await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, await EverybodyAsync(definition!, beside, context.RequestAborted), SegmentPreviewAnswer.Write);
    }

    public void Dispose() => turn.Dispose();

    private async Task<SegmentPreviewAnswer> EverybodyAsync(SegmentNode definition, SegmentId? beside, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > WaitingMax) throw new OverloadedException($"More than {WaitingMax} previews are under way.");
            await turn.WaitAsync(cancellationToken);
            try
            {
                var found = await preview.MatchAsync(definition, beside, cancellationToken);
                return new SegmentPreviewAnswer(await NameAsync(found.All, cancellationToken))
                {
                    Entering = beside is null ? null : await NameAsync(found.Entering, cancellationToken),
                    Leaving = beside is null ? null : await NameAsync(found.Leaving, cancellationToken),
                };
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private async Task<PreviewedPeople> NameAsync(NamedPeople people, CancellationToken cancellationToken) =>
        new(people.Count, [.. (await lookup.FindAsync(people.First, cancellationToken)).OfType<Profile>()]);
}
