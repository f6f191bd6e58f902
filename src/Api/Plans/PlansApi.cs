using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Plans;

/// <summary>Maps <c>/api/sources/{id}/plan</c> and <c>…/violations</c>: what a source is expected to send, and what it sent instead.</summary>
public static class PlansApi
{
    /// <summary>The host adds the document store and the ingest edge, which holds events against the plans.</summary>
    public static IServiceCollection AddPlans(this IServiceCollection services) => services
        .AddSingleton<PlanRing>()
        .AddSingleton<IDocumentFollower>(provider => provider.GetRequiredService<PlanRing>())
        .AddSingleton<ViolationStore>()
        .AddHostedService(provider => provider.GetRequiredService<ViolationStore>())
        .AddSingleton<PlanCalls>();

    public static IEndpointRouteBuilder MapPlans(this IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<PlanCalls>();
        endpoints.Serve(
            "/api/sources/{id}/plan",
            ApiRoute.Get(ApiAccess.Read, calls.GetAsync),
            ApiRoute.Put(ApiAccess.Admin, calls.PutAsync).As("plan.update"),
            ApiRoute.Delete(ApiAccess.Admin, calls.DeleteAsync).As("plan.delete"));
        endpoints.Serve(
            "/api/sources/{id}/violations",
            ApiRoute.Get(ApiAccess.Read, calls.ViolationsAsync),
            ApiRoute.Delete(ApiAccess.Admin, calls.ForgetAsync).As("violations.clear"));
        return endpoints;
    }
}
