using CdpPipeline.Api.Hosting;
using CdpPipeline.Silo;

return await Startup.RunAsync("CdpPipeline's node", () => SiloHost.CreateAsync(args));
