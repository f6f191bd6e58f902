using System.Diagnostics;
using System.Globalization;

namespace CdpPipeline.Clients.Tests.Libraries;

/// <summary>The npm packages of <c>package.json</c> where <c>npm ci</c> has put them, and Node.js to run them with. Nothing is downloaded by the tests.</summary>
internal static class InstalledLibraries
{
    /// <summary>This project's folder in the source tree.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Where the packages are.</summary>
    public static string Packages => Path.Combine(Folder, "node_modules");

    /// <summary>The first number of Node.js' version; 0 where it is not installed.</summary>
    public static int NodeMajor { get; } = FindNodeMajor();

    /// <summary>Why the packages can't be run; null when they can.</summary>
    public static string? MissingReason { get; } =
        NodeMajor == 0 ? "Node.js is not installed."
        : !File.Exists(Path.Combine(Packages, ".package-lock.json")) ? "The npm packages are not there: run 'npm ci --ignore-scripts' in tests/Clients.Tests."
        : null;

    private static int FindNodeMajor()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            var version = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            return int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CdpPipeline.sln"))) return Path.Combine(folder.FullName, "tests", "Clients.Tests");
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds CdpPipeline.sln.");
    }
}
