using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Auth.Sessions;
using CdpPipeline.Api.Browser;
using CdpPipeline.Api.ComputedTraits;
using CdpPipeline.Api.Feed;
using CdpPipeline.Api.Health;
using CdpPipeline.Api.OpenApi;
using CdpPipeline.Api.Plans;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Segments;
using CdpPipeline.Api.Spaces;

namespace CdpPipeline.Api.Routes;

/// <summary>
/// Composes everything under <c>/api</c> but the ingest calls, the browser snippet, and health. The host adds the stores, the grains, the
/// ingest edge, and awaits <see cref="KeyRing.StartAsync"/> before it serves.
/// </summary>
public static class ApiHosting
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration) =>
        services.AddAuth().AddSessions(configuration).AddAudit().AddProfiles(configuration).AddSegments(configuration).AddComputedTraits().AddSpaces().AddPlans();

    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapProfiles().MapSegments().MapComputedTraits().MapSpaces().MapFeed().MapSources().MapPlans().MapKeys().MapSessions().MapAudit().MapBrowser().MapDescription().MapHealth();
        endpoints.ServeUnknown();
        return endpoints;
    }
}
