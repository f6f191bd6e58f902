using CdpPipeline.Api.Hosting;
using CdpPipeline.Silo.Nodes;

namespace CdpPipeline.Silo.Tests.Nodes;

public sealed class ClusterSettingsTests
{
    [Fact]
    public void What_is_set_by_default_works() => Assert.NotNull(new ClusterSettings().Validated());

    [Theory]
    [InlineData(nameof(ClusterSettings.ClusterId), "a b")]
    [InlineData(nameof(ClusterSettings.ServiceId), "")]
    [InlineData(nameof(ClusterSettings.ListenAddress), "everywhere")]
    [InlineData(nameof(ClusterSettings.Port), 0)]
    [InlineData(nameof(ClusterSettings.StreamQueues), 65)]
    public void A_setting_that_cannot_work_is_named_with_its_value_and_a_remedy(string key, object value)
    {
        var settings = new ClusterSettings();
        typeof(ClusterSettings).GetProperty(key)!.SetValue(settings, value);

        var refusal = Assert.Throws<SettingException>(settings.Validated);

        Assert.StartsWith($"Cdp:Cluster:{key} is '{value}'; use ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_have_bounds()
    {
        Assert.Throws<SettingException>(() => new ClusterSettings { ProbePeriod = TimeSpan.Zero }.Validated());
        Assert.Throws<SettingException>(() => new ClusterSettings { CallTimeout = TimeSpan.FromHours(1) }.Validated());
        Assert.Throws<SettingException>(() => new ClusterSettings { StreamPeriod = TimeSpan.FromMilliseconds(1) }.Validated());
    }

    [Fact]
    public async Task A_node_without_PostgreSQL_says_what_to_set() => Assert.Contains(
        "Cdp:ConnectionString is not set",
        (await Assert.ThrowsAsync<SettingException>(() => SiloHost.CreateAsync([]))).Message,
        StringComparison.Ordinal);
}
