using CdpPipeline.Api.Ingest;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class IngestOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new IngestOptionsValidator().Validate(null, new IngestOptions()).Succeeded);

    [Theory]
    [InlineData("EventBytesMax", "0")]
    [InlineData("BodyBytesMax", "-1")]
    [InlineData("BatchEventsMax", "0")]
    [InlineData("NestingMax", "1000")]
    [InlineData("BuffersBytesMax", "1")]
    [InlineData("CachedNamesMax", "0")]
    [InlineData("FutureMax", "-1.00:00:00")]
    [InlineData("PublicUrl", "ftp://x")]
    public async Task A_bad_value_stops_the_start_and_is_named(string key, string value)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => IngestHost.StartAsync(($"Cdp:Ingest:{key}", value)));

        Assert.Contains($"Cdp:Ingest:{key} is ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("set it ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_key_that_is_too_long_stops_the_start() =>
        Assert.Contains("Cdp:WriteKey", (await Assert.ThrowsAsync<OptionsValidationException>(
            () => IngestHost.StartAsync(("Cdp:WriteKey", new string('k', 300))))).Message, StringComparison.Ordinal);
}
