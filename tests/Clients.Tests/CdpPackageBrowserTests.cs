using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

public sealed class CdpPackageBrowserTests(ServerFixture fixture, Chromium chromium) : BrowserStories(fixture, chromium, "package"), IClassFixture<ServerFixture>;
