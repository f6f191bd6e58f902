using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.ComputedTraits;

/// <summary>Maps <c>/api/computed-traits</c>: the definitions of traits that are worked out from events.</summary>
public static class ComputedTraitsApi
{
    /// <summary>The host adds the grains.</summary>
    public static IServiceCollection AddComputedTraits(this IServiceCollection services) => services.AddSingleton<ComputedTraitCalls>();

    public static IEndpointRouteBuilder MapComputedTraits(this IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<ComputedTraitCalls>();
        endpoints.Serve("/api/computed-traits", ApiRoute.Get(ApiAccess.Read, calls.ListAsync), ApiRoute.Post(ApiAccess.Admin, calls.CreateAsync).As("computed-trait.create"));
        endpoints.Serve(
            "/api/computed-traits/{id}",
            ApiRoute.Get(ApiAccess.Read, calls.GetAsync),
            ApiRoute.Put(ApiAccess.Admin, calls.ReplaceAsync).As("computed-trait.update"),
            ApiRoute.Delete(ApiAccess.Admin, calls.DeleteAsync).As("computed-trait.delete"));
        return endpoints;
    }
}
