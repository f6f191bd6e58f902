namespace CdpPipeline.Grains.Tests.Model;

/// <summary>A folder for SQLite files, removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("cdp-model-").FullName;

    /// <summary>Settings of a host with its files in a folder below. Commits are not flushed: no test here cuts the power.</summary>
    public IReadOnlyDictionary<string, string?> Settings(string name) => new Dictionary<string, string?>
    {
        ["Cdp:DataDirectory"] = Path.Combine(path, name),
        ["Cdp:Sqlite:Synchronous"] = "Normal",
        ["Cdp:Sqlite:CacheBytes"] = "16777216",
    };

    public void Dispose() => Directory.Delete(path, recursive: true);
}
