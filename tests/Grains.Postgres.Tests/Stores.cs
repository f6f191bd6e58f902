using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What the suite runs on in this project: the embedded host over databases of each test's own, which go with the test server.</summary>
internal sealed class Stores : IDisposable
{
    private readonly Dictionary<string, string> databases = [];

    private Stores()
    {
    }

    /// <summary>For one test, which is skipped where there is no server.</summary>
    public static Stores Open()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        return new Stores();
    }

    /// <summary>How often something is tried here, of what was thought of for each host.</summary>
    public static int CountOf(int sqlite, int postgres, int silos) => postgres;

    /// <summary>Settings of a host on the test's store of this name, which is made when first asked for.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> SettingsAsync(string name)
    {
        if (!databases.TryGetValue(name, out var database)) databases[name] = database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return new Dictionary<string, string?> { ["Cdp:ConnectionString"] = database, ["Cdp:Postgres:ConnectionsMax"] = "16" };
    }

    public void Dispose() => databases.Clear();
}
