using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

public sealed class SqliteNodeTests(ServerFixture fixture) : NodeStories(fixture), IClassFixture<ServerFixture>;
