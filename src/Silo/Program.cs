using CdpPipeline.Api.Hosting;
using CdpPipeline.Silo;

return await HostCommands.RunAsync(args, async settings =>
{
    var app = await SiloHost.CreateAsync(settings);
    await app.RunAsync();
});
