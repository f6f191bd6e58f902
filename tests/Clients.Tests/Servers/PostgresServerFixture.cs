using CdpPipeline.Testing;

namespace CdpPipeline.Clients.Tests.Servers;

/// <summary>As <see cref="ServerFixture"/>, on a PostgreSQL server of its own; nothing is started where there is none.</summary>
public sealed class PostgresServerFixture : ServerFixture
{
    private PostgresServer? postgres;

    public override async ValueTask InitializeAsync()
    {
        if (PostgresServer.MissingReason is null) await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
    }

    protected override async Task<string?> ConnectionStringAsync()
    {
        postgres = await PostgresServer.StartAsync();
        return await postgres.CreateDatabaseAsync();
    }
}
