using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.ComputedTraits;

/// <summary>Answers the definitions of computed traits: list, read, save, delete.</summary>
internal sealed class ComputedTraitCalls(IGrains grains)
{
    public async Task ListAsync(HttpContext context) =>
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, await grains.Catalog.ListTraitsAsync(context.RequestAborted), ComputedTraitJson.WriteList);

    public async Task GetAsync(HttpContext context)
    {
        if (IdOf(context) is { } id && await grains.Catalog.GetTraitAsync(id, context.RequestAborted) is { } record)
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, record, ComputedTraitJson.Write);
        else
            await JsonAnswer.NotFoundAsync(context);
    }

    public async Task CreateAsync(HttpContext context)
    {
        var (json, problem) = await JsonBody.ReadAsync(context);
        ComputedTraitBody? body = null;
        if (problem is null) (body, problem) = ComputedTraitBody.Read(json, isNew: true);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var answer = await grains.Catalog.SaveTraitAsync(new SaveTrait(null, new ComputedTrait(body!.Name!, body.Computation!), body.Description), context.RequestAborted);
        if (answer.Saved is { } made) context.NameTarget(made.Id.ToString());
        if (ProblemOf(answer) is { } refused) await ProblemResponse.WriteAsync(context, refused);
        else await JsonAnswer.SendAsync(context, StatusCodes.Status201Created, answer.Saved!, static (json, saved) => json.WriteString("computedTraitId"u8, saved.Id.Value));
    }

    /// <summary>Replaces what the body names; the rest stays as it is, but a computation is replaced as a whole.</summary>
    public async Task ReplaceAsync(HttpContext context)
    {
        if (IdOf(context) is not { } id || await grains.Catalog.GetTraitAsync(id, context.RequestAborted) is not { } known)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        context.NameTarget(id.ToString());
        var (json, problem) = await JsonBody.ReadAsync(context);
        ComputedTraitBody? body = null;
        if (problem is null) (body, problem) = ComputedTraitBody.Read(json, isNew: false);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var trait = new ComputedTrait(body!.Name ?? known.Trait.Name, body.Computation ?? known.Trait.Computation);
        var answer = await grains.Catalog.SaveTraitAsync(new SaveTrait(id, trait, body.HasDescription ? body.Description : known.Description), context.RequestAborted);
        if (ProblemOf(answer) is { } refused) await ProblemResponse.WriteAsync(context, refused);
        else if (answer.Saved is null) await JsonAnswer.NotFoundAsync(context);
        else await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, answer.Saved, ComputedTraitJson.Write);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var answer = IdOf(context) is { } id ? await grains.Catalog.DeleteTraitAsync(id, context.RequestAborted) : new DeleteTraitAnswer(false, null);
        if (answer.IsDeleted || answer.UsedBy is not null) context.NameTarget(IdOf(context)!.Value.ToString());
        if (answer.IsDeleted) await JsonAnswer.NoContentAsync(context);
        else if (answer.UsedBy is { } user) await ProblemResponse.WriteAsync(context, InUse(user));
        else await JsonAnswer.NotFoundAsync(context);
    }

    private static ComputedTraitId? IdOf(HttpContext context) =>
        ComputedTraitId.TryParse((string)context.Request.RouteValues["id"]!, out var id) ? id : null;

    private static Problem? ProblemOf(SaveTraitAnswer answer) => answer.Refusal switch
    {
        null => null,
        TraitRefusal.NameTaken => Problems.Conflict("name-taken", "Another computed trait has this name", "Choose another name.") with { Field = "name" },
        TraitRefusal.TooMany => Problems.Conflict("too-many-computed-traits", "There are as many computed traits as can be", $"At most {ComputedTraitLimits.TraitsMax} are allowed."),
        _ => InUse(answer.UsedBy!),
    };

    private static Problem InUse(SegmentRecord user) =>
        Problems.Conflict("computed-trait-in-use", "A segment reads this computed trait", $"Change or delete segment {user.Id} ({user.Name}) first.");
}
