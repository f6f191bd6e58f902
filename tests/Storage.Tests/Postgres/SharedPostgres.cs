using CdpPipeline.Storage.Tests.Postgres;
using CdpPipeline.Testing;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace CdpPipeline.Storage.Tests.Postgres;

/// <summary>Stops the shared server once all tests have run.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await PostgresServer.StopSharedAsync();
}
