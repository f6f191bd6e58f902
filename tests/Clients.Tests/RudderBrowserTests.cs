using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

public sealed class RudderBrowserTests(ServerFixture fixture, Chromium chromium) : BrowserStories(fixture, chromium, "rudder"), IClassFixture<ServerFixture>;
