using CdpPipeline.Api.Local;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Hosting;

/// <summary>The embedded host: every grain lives in this process.</summary>
internal sealed class LocalGrainHost(LocalMembershipStream stream) : IGrainHost
{
    public IMembershipStream Stream => stream;

    public bool ServesApi => true;

    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(stream);
        builder.Services.AddLocalGrains(builder.Configuration);
    }

    public void Bind(GrainsReference reference, IServiceProvider services) => reference.Bind(services.GetRequiredService<LocalGrains>());
}
