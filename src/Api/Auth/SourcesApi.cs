using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Auth;

/// <summary>Maps <c>/api/sources</c>: where events may come from, what each may send, and its write keys.</summary>
public static class SourcesApi
{
    public static IEndpointRouteBuilder MapSources(this IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<SourceCalls>();
        endpoints.Serve("/api/sources", ApiRoute.Get(ApiAccess.Admin, calls.ListAsync), ApiRoute.Post(ApiAccess.Admin, calls.AddAsync).As("source.create"));
        endpoints.Serve(
            "/api/sources/{id}",
            ApiRoute.Get(ApiAccess.Admin, calls.GetAsync),
            ApiRoute.Put(ApiAccess.Admin, calls.ReplaceAsync).As("source.update"),
            ApiRoute.Delete(ApiAccess.Admin, calls.RemoveAsync).As("source.delete"));
        endpoints.Serve("/api/sources/{id}/keys", ApiRoute.Post(ApiAccess.Admin, calls.AddKeyAsync).As("source-key.create"));
        endpoints.Serve("/api/sources/{id}/keys/{keyId}", ApiRoute.Delete(ApiAccess.Admin, calls.RevokeKeyAsync).As("source-key.revoke"));
        return endpoints;
    }
}
