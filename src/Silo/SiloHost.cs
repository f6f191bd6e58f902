using CdpPipeline.Api.Hosting;
using CdpPipeline.Silo.Nodes;
using Microsoft.AspNetCore.Builder;

namespace CdpPipeline.Silo;

/// <summary>A node of a cluster: one process of several that serve the same API over the same grains and one PostgreSQL database.</summary>
public static class SiloHost
{
    /// <summary>Opens the store and composes the node; the caller runs it. <paramref name="configure"/> comes last.</summary>
    public static Task<WebApplication> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null) =>
        CdpHost.CreateAsync(args, configure, (configuration, _, loggers) => ClusterGrainHost.Of(configuration, loggers));
}
