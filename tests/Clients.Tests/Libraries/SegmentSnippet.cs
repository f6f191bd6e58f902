using System.Diagnostics;
using System.Text.Json;

namespace CdpPipeline.Clients.Tests.Libraries;

/// <summary>
/// Segment's script-tag snippet as its package renders it for a site, with the host changed to the server under test, which has no TLS.
/// </summary>
internal static class SegmentSnippet
{
    private const string Host = "cdp.invalid";

    /// <summary>Puts in the snippet: for <c>{{snippet}}</c> the short one without a page call, for <c>{{snippet.max}}</c> the long one with it.</summary>
    public static async Task<string> FillAsync(string page, string server, string writeKey)
    {
        var options = JsonSerializer.Serialize(new { host = Host, apiKey = writeKey });
        var rendered = await RenderAsync($$"""
            const snippet = require('@segment/snippet');
            console.log(JSON.stringify([snippet.min({ ...{{options}}, page: false }), snippet.max({{options}})]));
            """);
        var texts = JsonSerializer.Deserialize<string[]>(rendered)!.Select(text => text.Replace($"https://{Host}", server, StringComparison.Ordinal)).ToList();
        return page.Replace("{{snippet}}", texts[0], StringComparison.Ordinal).Replace("{{snippet.max}}", texts[1], StringComparison.Ordinal);
    }

    private static async Task<string> RenderAsync(string program)
    {
        var start = new ProcessStartInfo("node", ["--eval", program]) { RedirectStandardOutput = true, WorkingDirectory = InstalledLibraries.Folder };
        using var node = Process.Start(start)!;
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0 ? output : throw new InvalidOperationException($"Node.js ended with {node.ExitCode}.");
    }
}
