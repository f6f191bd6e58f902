using CdpPipeline.Clients.Tests.Servers;
using CdpPipeline.Testing;

namespace CdpPipeline.Clients.Tests;

public sealed class PostgresNodeTests(PostgresServerFixture fixture) : NodeStories(fixture), IClassFixture<PostgresServerFixture>
{
    protected override string? MissingReason => base.MissingReason ?? PostgresServer.MissingReason;
}
