using CdpPipeline.Api.Auth;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CdpPipeline.Api.Errors;

/// <summary>Composes the error mapping. Beside it the host calls <c>app.UseExceptionHandler(_ =&gt; { })</c>.</summary>
public static class ErrorsHosting
{
    public static IServiceCollection AddErrors(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PublicAddress>();
        services.TryAddSingleton<ProblemExceptionHandler>();
        return services.AddExceptionHandler<ProblemExceptionHandler>();
    }
}
