using CdpPipeline.Api.Hosting;

var app = await CdpHost.CreateAsync(args);
await app.RunAsync();
