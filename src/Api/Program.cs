using CdpPipeline.Api.Hosting;

return await HostCommands.RunAsync(args, async settings =>
{
    var app = await CdpHost.CreateAsync(settings);
    await app.RunAsync();
});
