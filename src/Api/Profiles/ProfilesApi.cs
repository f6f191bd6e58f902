using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Privacy;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Erasing;

namespace CdpPipeline.Api.Profiles;

/// <summary>Maps <c>/api/profiles</c>: people, their timelines, who was merged into whom, and who wants to be forgotten.</summary>
public static class ProfilesApi
{
    /// <summary>Reads <see cref="ProfileReadOptions"/>. The host adds the grains and the stores.</summary>
    public static IServiceCollection AddProfiles(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProfileReadOptions>()
            .Bind(configuration.GetSection(ProfileReadOptions.Section))
            .Validate(options => options.RenderedBytesMax >= 0, $"{ProfileReadOptions.Section}:RenderedBytesMax must not be negative; 0 keeps none.")
            .Validate(options => options.AtOnceMax is >= 1 and <= 1000, $"{ProfileReadOptions.Section}:AtOnceMax must be from 1 to 1000.")
            .ValidateOnStart();
        return services
            .AddSingleton<PersonFinder>()
            .AddSingleton<SegmentNames>()
            .AddSingleton<RenderedProfiles>()
            .AddSingleton<ProfileLookup>()
            .AddSingleton<ProfileReads>()
            .AddSingleton<ProfileList>()
            .AddSingleton<MergeCalls>()
            .AddSingleton<ErasureCalls>()
            .AddSingleton<SuppressionCalls>()
            .AddSingleton<ExportPlaces>()
            .AddSingleton<ExportCalls>();
    }

    public static IEndpointRouteBuilder MapProfiles(this IEndpointRouteBuilder endpoints)
    {
        var reads = endpoints.ServiceProvider.GetRequiredService<ProfileReads>();
        var list = endpoints.ServiceProvider.GetRequiredService<ProfileList>();
        var merges = endpoints.ServiceProvider.GetRequiredService<MergeCalls>();
        var erasures = endpoints.ServiceProvider.GetRequiredService<ErasureCalls>();
        var suppressions = endpoints.ServiceProvider.GetRequiredService<SuppressionCalls>();
        var exports = endpoints.ServiceProvider.GetRequiredService<ExportCalls>();
        endpoints.ServiceProvider.GetRequiredService<ErasureRefresh>().Gone += endpoints.ServiceProvider.GetRequiredService<RenderedProfiles>().Forget;
        endpoints.Serve("/api/profiles", ApiRoute.Get(ApiAccess.Read, list.GetAsync));
        endpoints.Serve("/api/profiles/{reference}", ApiRoute.Get(ApiAccess.Read, reads.GetAsync), ApiRoute.Delete(ApiAccess.Admin, erasures.EraseAsync).As("profile.erase"));
        endpoints.Serve("/api/profiles/{reference}/export", ApiRoute.Get(ApiAccess.Read, exports.GetAsync));
        endpoints.Serve("/api/erasures/{number}", ApiRoute.Get(ApiAccess.Admin, erasures.GetAsync));
        endpoints.Serve(
            "/api/suppressions/{reference}",
            ApiRoute.Get(ApiAccess.Admin, suppressions.GetAsync),
            ApiRoute.Delete(ApiAccess.Admin, suppressions.LiftAsync).As("suppression.lift"));
        endpoints.Serve("/api/profiles/{reference}/events", ApiRoute.Get(ApiAccess.Read, reads.EventsAsync));
        endpoints.Serve(
            "/api/profiles/{reference}/merges",
            ApiRoute.Get(ApiAccess.Read, merges.HistoryAsync),
            ApiRoute.Post(ApiAccess.Admin, merges.MergeAsync).As("profile.merge", request => request.Query["dryRun"] != "true"));
        endpoints.Serve("/api/profiles/{reference}/merges/{mergedId}/undo", ApiRoute.Post(ApiAccess.Admin, merges.UndoAsync).As("profile.unmerge"));
        return endpoints;
    }
}
