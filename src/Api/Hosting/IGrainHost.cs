using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Hosting;

/// <summary>What runs the grains that a process serves: the process itself, or a cluster that it is a node of.</summary>
internal interface IGrainHost
{
    /// <summary>Where the store's writers tell of memberships.</summary>
    IMembershipStream Stream { get; }

    /// <summary>Whether the process takes calls; without them it still tells its health and its metrics.</summary>
    bool ServesApi { get; }

    /// <summary>Adds the grains, what runs them, and what runs beside requests.</summary>
    void AddTo(WebApplicationBuilder builder);

    /// <summary>Lets those who reach grains reach this host's.</summary>
    void Bind(GrainsReference reference, IServiceProvider services);
}
