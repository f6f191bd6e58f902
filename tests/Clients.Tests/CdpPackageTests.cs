using System.Diagnostics;
using CdpPipeline.Clients.Tests.Libraries;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

/// <summary>The npm package under <c>clients/js</c>.</summary>
public sealed class CdpPackageTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string Package = Path.Combine(InstalledLibraries.Folder, "..", "..", "clients", "js");

    [Fact]
    public async Task The_package_has_the_very_script_that_the_server_serves()
    {
        using var client = new HttpClient();

        var served = await client.GetByteArrayAsync(new Uri(fixture.Server.Address, "/cdp.js"), TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Package, "cdp.js"), TestContext.Current.CancellationToken), served);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_types_let_pass_what_is_right_and_nothing_that_is_wrong()
    {
        Assert.SkipWhen(InstalledLibraries.MissingReason is not null, InstalledLibraries.MissingReason ?? "");
        await RunAsync(
            Path.Combine(InstalledLibraries.Packages, "typescript", "bin", "tsc"),
            "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom", Path.Combine("Types", "usage.ts"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Importing_it_where_there_is_no_browser_does_nothing()
    {
        Assert.SkipWhen(InstalledLibraries.MissingReason is not null, InstalledLibraries.MissingReason ?? "");
        var module = new Uri(Path.GetFullPath(Path.Combine(Package, "index.js")));
        await RunAsync("--input-type=module", "--eval", $"import {{ connect }} from '{module}'; if (typeof connect !== 'function') process.exit(1);");
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = InstalledLibraries.Folder };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, $"{await output}\n{await error}");
    }
}
