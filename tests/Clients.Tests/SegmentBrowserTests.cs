using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

public sealed class SegmentBrowserTests(ServerFixture fixture, Chromium chromium) : BrowserStories(fixture, chromium, "segment"), IClassFixture<ServerFixture>;
