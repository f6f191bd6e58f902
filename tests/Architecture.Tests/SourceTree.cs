namespace CdpPipeline.Architecture.Tests;

/// <summary>The repository as it lies on disk: hand-written C# files only, with paths relative to the root and forward slashes.</summary>
internal static class SourceTree
{
    private static readonly string[] OutputFolders = ["bin", "obj", "node_modules", "wwwroot"];

    /// <summary>The folder that holds <c>CdpPipeline.sln</c>, found by walking up from the test's own folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every hand-written C# file under <c>src</c>, <c>clients</c>, <c>tests</c>, <c>bench</c> and <c>demo</c>.</summary>
    public static IEnumerable<SourceFile> CSharpFiles() =>
        from folder in new[] { "src", "clients", "tests", "bench", "demo" }
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').Any(OutputFolders.Contains)
        orderby relative
        select new SourceFile(relative, File.ReadAllText(path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CdpPipeline.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds CdpPipeline.sln.");
    }
}
