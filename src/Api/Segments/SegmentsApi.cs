using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Segments;

/// <summary>Maps <c>/api/segments</c>: definitions, members, transitions, previews, live counts, and why a person is in a segment or is not.</summary>
public static class SegmentsApi
{
    /// <summary>Reads <see cref="LiveOptions"/>. The host adds the grains, the stores, and <see cref="Profiles.ProfilesApi.AddProfiles"/>.</summary>
    public static IServiceCollection AddSegments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LiveOptions>()
            .Bind(configuration.GetSection(LiveOptions.Section))
            .Validate(options => options.WatchersMax >= 1, $"{LiveOptions.Section}:WatchersMax must be at least 1.")
            .Validate(options => options.WaitingMax >= 2, $"{LiveOptions.Section}:WaitingMax must be at least 2.")
            .Validate(options => options.Period > TimeSpan.Zero, $"{LiveOptions.Section}:Period must be more than zero.")
            .Validate(options => options.HeartbeatPeriod > TimeSpan.Zero, $"{LiveOptions.Section}:HeartbeatPeriod must be more than zero.")
            .ValidateOnStart();
        return services
            .AddSingleton<SegmentCalls>()
            .AddSingleton<SegmentMembers>()
            .AddSingleton<SegmentTransitions>()
            .AddSingleton<SegmentPreviews>()
            .AddSingleton<SegmentExplanations>()
            .AddSingleton<LiveCounts>();
    }

    public static IEndpointRouteBuilder MapSegments(this IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<SegmentCalls>();
        var previews = endpoints.ServiceProvider.GetRequiredService<SegmentPreviews>();
        var members = endpoints.ServiceProvider.GetRequiredService<SegmentMembers>();
        var live = endpoints.ServiceProvider.GetRequiredService<LiveCounts>();
        endpoints.Serve("/api/segments", ApiRoute.Get(ApiAccess.Read, calls.ListAsync), ApiRoute.Post(ApiAccess.Admin, calls.CreateAsync).As("segment.create"));
        endpoints.Serve("/api/segments/preview", ApiRoute.Post(ApiAccess.Read, previews.UnsavedAsync));
        endpoints.Serve("/api/segments/live", ApiRoute.Get(ApiAccess.Read, live.WatchAsync));
        endpoints.Serve(
            "/api/segments/{id}",
            ApiRoute.Get(ApiAccess.Read, calls.GetAsync),
            ApiRoute.Put(ApiAccess.Admin, calls.ReplaceAsync).As("segment.update"),
            ApiRoute.Delete(ApiAccess.Admin, calls.DeleteAsync).As("segment.delete"));
        endpoints.Serve("/api/segments/{id}/preview", ApiRoute.Get(ApiAccess.Read, previews.SavedAsync));
        endpoints.Serve("/api/segments/{id}/members", ApiRoute.Get(ApiAccess.Read, members.GetAsync));
        var transitions = endpoints.ServiceProvider.GetRequiredService<SegmentTransitions>();
        endpoints.Serve("/api/segments/{id}/transitions", ApiRoute.Get(ApiAccess.Read, transitions.GetAsync));
        endpoints.Serve("/api/segments/{id}/audit", ApiRoute.Get(ApiAccess.Read, calls.AuditAsync));
        var explanations = endpoints.ServiceProvider.GetRequiredService<SegmentExplanations>();
        endpoints.Serve("/api/profiles/{reference}/segments/{segmentId}/explain", ApiRoute.Get(ApiAccess.Read, explanations.GetAsync));
        return endpoints;
    }
}
