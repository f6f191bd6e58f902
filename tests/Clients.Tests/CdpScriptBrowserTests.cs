using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

public sealed class CdpScriptBrowserTests(ServerFixture fixture, Chromium chromium) : BrowserStories(fixture, chromium, "cdp"), IClassFixture<ServerFixture>;
