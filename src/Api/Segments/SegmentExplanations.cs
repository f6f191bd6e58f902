using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;

namespace CdpPipeline.Api.Segments;

/// <summary>Answers why a person is in a segment, or why not.</summary>
internal sealed class SegmentExplanations(IGrains grains, PersonFinder finder, SegmentNames names)
{
    public async Task GetAsync(HttpContext context)
    {
        var segment = SegmentId.TryParse((string)context.Request.RouteValues["segmentId"]!, out var id)
            ? await grains.Catalog.GetAsync(id, context.RequestAborted)
            : null;
        var explanation = segment is not null && PersonReference.Of(context) is { } reference
            ? await finder.AskAsync(
                reference,
                async person =>
                {
                    var answer = await grains.Identity(person).ExplainAsync(segment.ShownSet, segment.Definition, context.RequestAborted);
                    return (answer.Explanation, answer.MovedTo is not null);
                },
                context.RequestAborted)
            : null;
        if (explanation is null)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        var known = await names.CurrentAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(
            context, StatusCodes.Status200OK, (segment!, explanation, (Func<SegmentId, string?>)known.NameOf), ExplanationJson.Write);
    }
}
