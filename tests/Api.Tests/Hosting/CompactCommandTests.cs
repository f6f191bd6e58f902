using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Api.Tests.Hosting;

public sealed class CompactCommandTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-compact-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task It_rewrites_the_configured_store_and_leaves_what_is_in_it()
    {
        await using (var before = await StartAsync()) await before.IngestAsync("""{"event":"Order","userId":"ann"}""");
        await using var output = new StringWriter();

        await CompactCommand.RunAsync(CompactCommand.Read(["compact", "--Cdp:DataDirectory", directory])!, output, TestContext.Current.CancellationToken);

        Assert.Equal("Compacted.", output.ToString().Trim());
        await using var after = await StartAsync();
        Assert.Equal(1, (await after.GetAsync("/api/profiles/userId:ann")).GetProperty("eventCount").GetInt32());
    }

    [Fact]
    public void Anything_else_is_to_serve() => Assert.Null(CompactCommand.Read(["--urls", "http://127.0.0.1:0"]));

    private Task<ApiHost> StartAsync() => ApiHost.StartInAsync(directory, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey));
}
