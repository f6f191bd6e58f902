using System.Text.Json;
using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Plans;

namespace CdpPipeline.Api.Plans;

/// <summary>Answers a source's tracking plan, and what was not as it says.</summary>
internal sealed class PlanCalls(PlanRing plans, ViolationStore violations)
{
    public async Task GetAsync(HttpContext context)
    {
        if (await plans.FindAsync(SourceOf(context), context.RequestAborted) is { } plan) await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, plan.Json.ToArray());
        else await JsonAnswer.NotFoundAsync(context);
    }

    public async Task PutAsync(HttpContext context)
    {
        var source = SourceOf(context);
        if (!await plans.HasSourceAsync(source, context.RequestAborted))
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        context.NameTarget(source);
        var (body, problem) = await JsonBody.ReadAsync(context);
        if (problem is null && TrackingPlanReader.Read(body, out var error) is null) problem = Problems.InvalidPlan(error!);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        await plans.PutAsync(source, body, context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, PlanDocuments.Write(body));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var source = SourceOf(context);
        if (!await plans.RemoveAsync(source, context.RequestAborted))
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        context.NameTarget(source);
        await JsonAnswer.NoContentAsync(context);
    }

    public async Task ViolationsAsync(HttpContext context)
    {
        var source = SourceOf(context);
        if (await plans.HasSourceAsync(source, context.RequestAborted))
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, await violations.ReadAsync(source, context.RequestAborted), Write);
        else
            await JsonAnswer.NotFoundAsync(context);
    }

    public async Task ForgetAsync(HttpContext context)
    {
        var source = SourceOf(context);
        if (!await plans.HasSourceAsync(source, context.RequestAborted))
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        context.NameTarget(source);
        await violations.ForgetAsync(source, context.RequestAborted);
        await JsonAnswer.NoContentAsync(context);
    }

    private static string SourceOf(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static void Write(Utf8JsonWriter json, SourceViolations seen)
    {
        json.WriteStartArray("violations"u8);
        foreach (var violation in seen.Violations.OrderByDescending(each => each.Count).ThenByDescending(each => each.LastSeen))
        {
            json.WriteStartObject();
            json.WriteString("event"u8, violation.Event);
            json.WriteString("rule"u8, violation.Rule.Length == 0 ? null : violation.Rule);
            json.WriteString("expected"u8, violation.Expected);
            json.WriteNumber("count"u8, violation.Count);
            json.WriteInstant("firstSeen"u8, violation.FirstSeen);
            json.WriteInstant("lastSeen"u8, violation.LastSeen);
            json.WriteStartArray("samples"u8);
            foreach (var sample in violation.Samples)
            {
                json.WriteStartObject();
                json.WriteInstant("at"u8, sample.At);
                json.WriteString("field"u8, sample.Field);
                json.WriteString("found"u8, sample.Found);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("dropped"u8, seen.Dropped);
    }
}
