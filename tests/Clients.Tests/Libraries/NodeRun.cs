using System.Diagnostics;
using System.Text.Json;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests.Libraries;

/// <summary>Runs a server-side library in a Node.js process of its own: <c>Node/send.mjs</c> makes the calls, flushes and ends.</summary>
internal static class NodeRun
{
    private static readonly TimeSpan DoneWithin = TimeSpan.FromSeconds(60);

    /// <summary>Makes the calls, each an object with a <c>type</c>; fails unless the library says that it delivered all of them.</summary>
    public static async Task SendAsync(string library, FaultyProxy proxy, IEnumerable<object> calls)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(InstalledLibraries.Folder, "Node", "send.mjs"), library, proxy.Address.ToString().TrimEnd('/'), RealServer.WriteKey])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = InstalledLibraries.Folder,
        };
        foreach (var name in new[] { "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy" }) start.Environment.Remove(name);
        using var node = Process.Start(start)!;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(DoneWithin);
        try
        {
            var output = node.StandardOutput.ReadToEndAsync(late.Token);
            var error = node.StandardError.ReadToEndAsync(late.Token);
            await node.StandardInput.WriteAsync(JsonSerializer.Serialize(calls).AsMemory(), late.Token);
            node.StandardInput.Close();
            await node.WaitForExitAsync(late.Token);
            Assert.True(node.ExitCode == 0, $"{library} ended with {node.ExitCode}.\n{await output}\n{await error}\n{proxy}");
        }
        finally
        {
            if (!node.HasExited) node.Kill(entireProcessTree: true);
        }
    }
}
