using CdpPipeline.Api.Hosting;

return await Startup.RunAsync("CdpPipeline", () => CdpHost.CreateAsync(args));
