using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

public sealed class SnippetBrowserTests(ServerFixture fixture, Chromium chromium) : BrowserStories(fixture, chromium, "snippet"), IClassFixture<ServerFixture>;
