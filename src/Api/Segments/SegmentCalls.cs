using System.Text.Json;
using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>Answers the definitions of segments: list, read, save, delete.</summary>
internal sealed class SegmentCalls(IGrains grains, SegmentNames names, TimeProvider clock)
{
    private const int CountsAtOnceMax = 16;

    /// <summary>The path's <c>{id}</c>; null when it can be no segment's.</summary>
    public static SegmentId? IdOf(HttpContext context) =>
        SegmentId.TryParse((string)context.Request.RouteValues["id"]!, out var id) ? id : null;

    public async Task ListAsync(HttpContext context)
    {
        var records = await grains.Catalog.ListAsync(context.RequestAborted);
        var segments = new (SegmentRecord, long)[records.Count];
        var most = new ParallelOptions { MaxDegreeOfParallelism = CountsAtOnceMax, CancellationToken = context.RequestAborted };
        await Parallel.ForAsync(0, segments.Length, most, async (i, token) => segments[i] = (records[i], await CountAsync(records[i], token)));
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
        if (saved is not null) context.NameTarget(saved.Id.ToString());
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

        context.NameTarget(id.ToString());
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

        var answer = await grains.Catalog.DeleteAsync(id, context.RequestAborted);
        if (answer.IsDeleted || answer.UsedBy is not null) context.NameTarget(id.ToString());
        if (answer.IsDeleted)
        {
            await JsonAnswer.NoContentAsync(context);
        }
        else if (answer.UsedBy is { } referring)
        {
            await ProblemResponse.WriteAsync(
                context, Problems.Conflict("segment-in-use", "Another segment refers to this one", $"Change or delete segment {referring} first."));
        }
        else
        {
            await JsonAnswer.NotFoundAsync(context);
        }
    }

    public async Task AuditAsync(HttpContext context)
    {
        if (IdOf(context) is { } id && await grains.Catalog.GetAsync(id, context.RequestAborted) is { } record)
        {
            var audit = await SegmentAudits.SettledAsync(grains.Segment(record.ShownSet), clock, context.RequestAborted);
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, audit with { Segment = id }, SegmentJson.WriteAudit);
        }
        else
        {
            await JsonAnswer.NotFoundAsync(context);
        }
    }

    private async Task<(SegmentRecord? Saved, Problem? Problem)> SaveAsync(SaveSegment request, JsonElement body, CancellationToken cancellationToken)
    {
        var answer = await grains.Catalog.SaveAsync(request, cancellationToken);
        return (answer.Saved, answer.Refusal is { } error ? Problems.InvalidDefinition(SegmentSpellings.Placed(error, request.Definition, body)) : null);
    }

    private async Task SendAsync(HttpContext context, SegmentRecord record)
    {
        var known = await names.CurrentAsync(context.RequestAborted);
        var count = await CountAsync(record, context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (record, count, (Func<SegmentId, string?>)known.NameOf), SegmentJson.Write);
    }

    private async ValueTask<long> CountAsync(SegmentRecord record, CancellationToken cancellationToken) =>
        (await grains.Segment(record.ShownSet).CountAsync(cancellationToken)).MemberCount;
}
