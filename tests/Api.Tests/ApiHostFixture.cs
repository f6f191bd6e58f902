namespace CdpPipeline.Api.Tests;

/// <summary>One host for all tests of a class that leave nothing behind which another would trip over.</summary>
public sealed class ApiHostFixture : IAsyncLifetime
{
    internal ApiHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
