using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Api.Tests.Hosting;

public sealed class HealthCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_ready_is_healthy_and_one_that_has_gone_is_not()
    {
        Uri address;
        await using (var host = await ApiHost.StartAsync())
        {
            address = HealthCommand.Read(["health", $"{host.Client.BaseAddress}readyz"])!;
            Assert.True(await HealthCommand.IsReadyAsync(address, Cancelled));
            Assert.False(await HealthCommand.IsReadyAsync(new Uri(address, "/nothing-here"), Cancelled));
        }

        Assert.False(await HealthCommand.IsReadyAsync(address, Cancelled));
    }

    [Theory]
    [InlineData("health")]
    [InlineData("health", "8080")]
    [InlineData("health", "file:///etc/hosts")]
    public void An_address_that_is_none_is_refused(params string[] args) => Assert.Throws<SettingException>(() => HealthCommand.Read(args));

    [Fact]
    public void Anything_else_is_another_command() => Assert.Null(HealthCommand.Read(["export", "file.zip"]));
}
