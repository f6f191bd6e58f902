namespace CdpPipeline.Api.Tests.Auth;

public sealed class SqliteSharedKeysTests : SharedKeysContract, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-shared-keys-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    internal override Task<ApiHost> StartAsync() => ApiHost.StartInAsync(directory, Settings);
}
