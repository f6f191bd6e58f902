namespace CdpPipeline.Api.Tests.Plans;

public sealed class SqlitePlansTests : PlansContract, IDisposable
{
    protected override string Folder { get; } = Directory.CreateTempSubdirectory("cdp-plans-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    protected override Task<(string Key, string Value)[]> SettingsAsync() =>
        Task.FromResult<(string, string)[]>([("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey)]);
}
