using System.Diagnostics;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests.Chaos.Later;

/// <summary>
/// The node's program as a later build would be: made from a copy of the sources with <see cref="LaterSources"/>, once for all tests of this process,
/// and removed when it ends.
/// </summary>
internal static class LaterBuild
{
    private static readonly TimeSpan BuildMax = TimeSpan.FromMinutes(3);
    private static readonly string[] Folders = ["src", "clients/js"];
    private static readonly string[] Files = ["CdpPipeline.sln", "global.json", "BannedSymbols.txt", ".editorconfig", "*.props", "NuGet.config", "nuget.config"];
    private static readonly string[] Left = ["bin", "obj", "node_modules"];

    private static readonly Lazy<string?> Missing = new(FindMissing);
    private static readonly Lazy<Task<string>> Built = new(BuildAsync);

    /// <summary>Why it cannot be built here; null where it can.</summary>
    public static string? MissingReason => Missing.Value;

    /// <summary>The built program. Takes about a minute when first asked.</summary>
    public static Task<string> ProgramAsync() => Built.Value;

    private static string? FindMissing()
    {
        var sources = ProgramProcess.SolutionFolder;
        if (!File.Exists(Path.Combine(sources, "src", "Silo", "Silo.csproj"))) return $"There are no sources of the node in {sources}.";
        using var asking = Start(sources, "--version");
        asking.WaitForExit();
        return asking.ExitCode == 0 ? null : "There is no .NET SDK to build the sources with.";
    }

    private static async Task<string> BuildAsync()
    {
        var folder = Directory.CreateTempSubdirectory("cdp-later-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var sources = ProgramProcess.SolutionFolder;
        foreach (var file in Files.SelectMany(pattern => Directory.EnumerateFiles(sources, pattern)).Distinct()) Copy(file);
        foreach (var name in Folders) CopyAll(new DirectoryInfo(Path.Combine(sources, name)));
        LaterSources.Apply(folder);

        // The sources were checked where they are kept. Nothing of the build is to stay in memory afterwards.
        using var building = Start(
            folder,
            "build", "src/Silo", "-c", "Release", "-nologo", "-v", "q", "-nodeReuse:false", "-p:Cluster=true", "-p:UseSharedCompilation=false",
            "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:TreatWarningsAsErrors=false");
        var said = building.StandardOutput.ReadToEndAsync();
        using var late = new CancellationTokenSource(BuildMax);
        try
        {
            await building.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            building.Kill(entireProcessTree: true);
            throw new TimeoutException($"The later build was not done within {BuildMax}.");
        }

        if (building.ExitCode != 0) throw new InvalidOperationException($"The later build failed:\n{await said}");
        return Path.Combine(folder, "src", "Silo", "bin", "Release", "net10.0", "CdpPipeline.Silo.dll");

        void CopyAll(DirectoryInfo from)
        {
            foreach (var file in from.EnumerateFiles()) Copy(file.FullName);
            foreach (var inner in from.EnumerateDirectories().Where(inner => !Left.Contains(inner.Name))) CopyAll(inner);
        }

        void Copy(string file)
        {
            var to = Path.Combine(folder, Path.GetRelativePath(sources, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    private static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDTERMINALLOGGER"] = "off";

        // What the test's own host was told is not for the build.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        return Process.Start(start)!;
    }
}
