using CdpPipeline.Testing;

namespace CdpPipeline.Api.Tests.Plans;

public sealed class PostgresPlansTests : PlansContract, IDisposable
{
    private string? database;

    protected override string Folder { get; } = Directory.CreateTempSubdirectory("cdp-plans-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    protected override async Task<(string Key, string Value)[]> SettingsAsync()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? string.Empty);
        database ??= await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return [("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey), ("Cdp:ConnectionString", database)];
    }
}
