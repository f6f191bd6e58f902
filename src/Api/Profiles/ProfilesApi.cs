using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Profiles;

/// <summary>Maps <c>/api/profiles</c>: people, their timelines, and who was merged into whom.</summary>
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
            .AddSingleton<MergeCalls>();
    }

    public static IEndpointRouteBuilder MapProfiles(this IEndpointRouteBuilder endpoints)
    {
        var reads = endpoints.ServiceProvider.GetRequiredService<ProfileReads>();
        var list = endpoints.ServiceProvider.GetRequiredService<ProfileList>();
        var merges = endpoints.ServiceProvider.GetRequiredService<MergeCalls>();
        endpoints.Serve("/api/profiles", ApiRoute.Get(ApiAccess.Read, list.GetAsync));
        endpoints.Serve("/api/profiles/{reference}", ApiRoute.Get(ApiAccess.Read, reads.GetAsync));
        endpoints.Serve("/api/profiles/{reference}/events", ApiRoute.Get(ApiAccess.Read, reads.EventsAsync));
        endpoints.Serve(
            "/api/profiles/{reference}/merges",
            ApiRoute.Get(ApiAccess.Read, merges.HistoryAsync),
            ApiRoute.Post(ApiAccess.Admin, merges.MergeAsync));
        endpoints.Serve("/api/profiles/{reference}/merges/{mergedId}/undo", ApiRoute.Post(ApiAccess.Admin, merges.UndoAsync));
        return endpoints;
    }
}
