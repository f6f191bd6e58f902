using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Tests.Hosting;

public sealed class StoppingTests
{
    [Theory]
    [InlineData(45)]
    [InlineData(20, "00:00:20")]
    public async Task Calls_under_way_may_take_as_long_as_is_set_when_the_program_is_stopped(int seconds, string? setting = null)
    {
        await using var host = await ApiHost.StartAsync(setting is null ? [] : [("Cdp:Http:StopWithin", setting)]);

        Assert.Equal(TimeSpan.FromSeconds(seconds), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }
}
