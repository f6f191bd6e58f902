using CdpPipeline.Testing;

namespace CdpPipeline.Storage.Tests.Postgres;

/// <summary>A database on a server that no other test class uses, so that it may be stopped.</summary>
public sealed class OwnPostgresFixture : PostgresFixture
{
    private PostgresServer? started;

    public override async ValueTask DisposeAsync()
    {
        if (started is not null) await started.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async Task<PostgresServer> StartAsync() => started = await PostgresServer.StartAsync();
}
