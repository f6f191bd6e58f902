using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>
/// Answers the definitions of segments: list, read, save, delete. Saving is done one at a time in this process, so that two definitions that
/// are right alone cannot become a circle together.
/// </summary>
internal sealed class SegmentCalls(IGrains grains, SegmentNames names) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The path's <c>{id}</c>; null when it can be no segment's.</summary>
    public static SegmentId? IdOf(HttpContext context) =>
        SegmentId.TryParse((string)context.Request.RouteValues["id"]!, out var id) ? id : null;

    public async Task ListAsync(HttpContext context)
    {
        var records = await grains.Catalog.ListAsync(context.RequestAborted);
        var segments = new List<(SegmentRecord, long)>(records.Count);
        foreach (var record in records) segments.Add((record, await CountAsync(record.Id, context.RequestAborted)));
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (IReadOnlyList<(SegmentRecord, long)>)segments, SegmentJson.WriteList);
    }

    public async Task GetAsync(HttpContext context)
    {
        if (IdOf(context) is { } id && await grains.Catalog.GetAsync(id, context.RequestAborted) is { } record)
            await SendAsync(context, record);
        else
            await JsonAnswer.NotFoundAsync(context);
    }

    public async Task CreateAsync(HttpContext context)
    {
        var (json, problem) = await JsonBody.ReadAsync(context);
        SegmentBody? body = null;
        if (problem is null) (body, problem) = SegmentBody.Read(json);
        if (problem is null && body!.Name is null) problem = Problems.InvalidField("name", $"Expected a text of 1 to {SegmentBody.NameLengthMax} characters.");
        if (problem is null && body!.Definition is null) problem = Problems.InvalidField("filter", "Expected filter, where or definition.");
        SegmentRecord? saved = null;
        if (problem is null) (saved, problem) = await SaveAsync(new SaveSegment(null, body!.Name!, body.Description, body.Definition!), json, context.RequestAborted);
        if (problem is not null) await ProblemResponse.WriteAsync(context, problem);
        else await JsonAnswer.SendAsync(context, StatusCodes.Status201Created, saved!, static (json, saved) => json.WriteString("segmentId"u8, saved.Id.Value));
    }

    /// <summary>Replaces what the body names; the rest stays as it is.</summary>
    public async Task ReplaceAsync(HttpContext context)
    {
        if (IdOf(context) is not { } id || await grains.Catalog.GetAsync(id, context.RequestAborted) is not { } known)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        var (json, problem) = await JsonBody.ReadAsync(context);
        SegmentBody? body = null;
        if (problem is null) (body, problem) = SegmentBody.Read(json);
        SegmentRecord? saved = null;
        if (problem is null)
        {
            var description = body!.HasDescription ? body.Description : known.Description;
            (saved, problem) = await SaveAsync(new SaveSegment(id, body.Name ?? known.Name, description, body.Definition ?? known.Definition), json, context.RequestAborted);
        }

        if (problem is not null) await ProblemResponse.WriteAsync(context, problem);
        else if (saved is null) await JsonAnswer.NotFoundAsync(context);
        else await SendAsync(context, saved);
    }

    /// <summary>Deletes a segment that no other refers to: those would change behind their owners' backs.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        if (IdOf(context) is not { } id)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        await turn.WaitAsync(context.RequestAborted);
        try
        {
            var records = await grains.Catalog.ListAsync(context.RequestAborted);
            if (records.FirstOrDefault(record => record.Id != id && SegmentReferences.Of(record.Definition).Contains(id)) is { } referring)
            {
                await ProblemResponse.WriteAsync(
                    context, Problems.Conflict("segment-in-use", "Another segment refers to this one", $"Change or delete segment {referring.Id} first."));
            }
            else if (await grains.Catalog.DeleteAsync(id, context.RequestAborted))
            {
                await JsonAnswer.NoContentAsync(context);
            }
            else
            {
                await JsonAnswer.NotFoundAsync(context);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task AuditAsync(HttpContext context)
    {
        if (IdOf(context) is { } id && await grains.Catalog.GetAsync(id, context.RequestAborted) is not null)
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, await grains.Segment(id).AuditAsync(context.RequestAborted), SegmentJson.WriteAudit);
        else
            await JsonAnswer.NotFoundAsync(context);
    }

    public void Dispose() => turn.Dispose();

    private async Task<(SegmentRecord? Saved, Problem? Problem)> SaveAsync(SaveSegment request, JsonElement body, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var others = (await grains.Catalog.ListAsync(cancellationToken)).ToDictionary(record => record.Id, record => record.Definition);

            // A new segment has no id yet that another could refer to.
            if (SegmentReferences.Check(request.Id ?? default, request.Definition, others) is { } error)
                return (null, Problems.InvalidDefinition(SegmentSpellings.Placed(error, request.Definition, body)));
            return (await grains.Catalog.SaveAsync(request, cancellationToken), null);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task SendAsync(HttpContext context, SegmentRecord record)
    {
        var known = await names.CurrentAsync(context.RequestAborted);
        var count = await CountAsync(record.Id, context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (record, count, (Func<SegmentId, string?>)known.NameOf), SegmentJson.Write);
    }

    private async ValueTask<long> CountAsync(SegmentId id, CancellationToken cancellationToken) =>
        (await grains.Segment(id).CountAsync(cancellationToken)).MemberCount;
}
