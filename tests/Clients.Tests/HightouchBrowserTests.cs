using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

/// <summary>It takes any answer for delivered, so the faults are those that it can see: connections that break.</summary>
public sealed class HightouchBrowserTests(ServerFixture fixture, Chromium chromium) : BrowserStories(fixture, chromium, "hightouch"), IClassFixture<ServerFixture>
{
    private protected override Fate[] Faults => [Fate.Cut, Fate.DiesAfter, Fate.DiesBefore];

    private protected override Fate Away => Fate.Cut;
}
