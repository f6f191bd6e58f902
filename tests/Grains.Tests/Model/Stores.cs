namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What the suite runs on in this project: the embedded host over SQLite files of each test's own, which go with it.</summary>
internal sealed class Stores : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private Stores()
    {
    }

    /// <summary>For one test.</summary>
    public static Stores Open() => new();

    /// <summary>How often something is tried here, of what was thought of for each host.</summary>
    public static int CountOf(int sqlite, int postgres, int silos) => sqlite;

    /// <summary>Settings of a host on the test's store of this name, which is made when first asked for.</summary>
    public Task<IReadOnlyDictionary<string, string?>> SettingsAsync(string name) => Task.FromResult(folder.Settings(name));

    public void Dispose() => folder.Dispose();
}
