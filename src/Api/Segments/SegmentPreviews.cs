using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Segments;

/// <summary>
/// Answers who would be in a segment. A live segment's rows say it; an unsaved definition, or one that is still being backfilled, is asked
/// of every person by the same evaluator. That costs a look at everybody, so only a few run at once and a few may wait.
/// </summary>
internal sealed class SegmentPreviews(
    IGrains grains, IIdentityIndex index, SegmentMembers members, ProfileLookup lookup, IOptions<ProfileReadOptions> options) : IDisposable
{
    private const int CustomersMax = 50;
    private const int PageSize = 500;
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

        var preview = record.IsLive
            ? ((await grains.Segment(id).CountAsync(context.RequestAborted)).MemberCount, await members.FirstAsync(id, CustomersMax, context.RequestAborted))
            : await EverybodyAsync(record.Definition, context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, preview, SegmentJson.WritePreview);
    }

    public async Task UnsavedAsync(HttpContext context)
    {
        var (json, problem) = await JsonBody.ReadAsync(context);
        SegmentNode? definition = null;
        if (problem is null) (definition, problem) = SegmentBody.ReadDefinition(json);
        if (problem is null && definition is null) problem = Problems.InvalidField("filter", "Expected filter, where or definition.");
        if (problem is null)
        {
            var others = (await grains.Catalog.ListAsync(context.RequestAborted)).ToDictionary(record => record.Id, record => record.Definition);
            if (SegmentReferences.Check(default, definition!, others) is { } error) problem = Problems.InvalidDefinition(SegmentSpellings.Placed(error, definition!, json));
        }

        if (problem is not null) await ProblemResponse.WriteAsync(context, problem);
        else await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, await EverybodyAsync(definition!, context.RequestAborted), SegmentJson.WritePreview);
    }

    public void Dispose() => turn.Dispose();

    private async Task<(long Count, IReadOnlyList<Profile> Customers)> EverybodyAsync(SegmentNode definition, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > WaitingMax) throw new OverloadedException($"More than {WaitingMax} previews are under way.");
            await turn.WaitAsync(cancellationToken);
            try
            {
                return await AskAsync(definition, cancellationToken);
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

    private async Task<(long Count, IReadOnlyList<Profile> Customers)> AskAsync(SegmentNode definition, CancellationToken cancellationToken)
    {
        long count = 0;
        var first = new List<IdentityId>();
        long? before = null;
        while (await index.ListAsync(search: null, before, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            var matches = new bool[page.Count];
            await Parallel.ForAsync(
                0,
                page.Count,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.AtOnceMax, CancellationToken = cancellationToken },
                async (i, token) => matches[i] = (await grains.Identity(page[i].Id).MatchesAsync(definition, token)).Matches);
            for (var i = 0; i < matches.Length; i++)
            {
                if (!matches[i]) continue;
                count++;
                if (first.Count < CustomersMax) first.Add(page[i].Id);
            }

            before = page[^1].Key;
        }

        return (count, [.. (await lookup.FindAsync(first, cancellationToken)).OfType<Profile>()]);
    }
}
