namespace CdpPipeline.Api.Audit;

/// <summary>Composes the audit log's edge. The host adds the store.</summary>
public static class AuditHosting
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditTrail>().AddSingleton<AuditApi>();

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder endpoints)
    {
        AuditApi.Map(endpoints);
        return endpoints;
    }
}
