namespace CdpPipeline.Grains.Tests.Model;

/// <summary>Names databases that go with the test server.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string prefix = $"{Guid.NewGuid():N}";

    /// <summary>Settings of nodes on a database of this name.</summary>
    public IReadOnlyDictionary<string, string?> Settings(string name) => new Dictionary<string, string?> { ["Cdp:DataDirectory"] = $"{prefix}-{name}" };

    public void Dispose()
    {
    }
}
