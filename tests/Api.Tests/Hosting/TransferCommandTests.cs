using System.Net;
using System.Text.Json;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Testing;

namespace CdpPipeline.Api.Tests.Hosting;

public sealed class TransferCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cdp-transfer-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Everything_moves_from_a_file_to_PostgreSQL_and_goes_on_there()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? string.Empty);
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var archive = Path.Combine(folder, "all.zip");
        string segment;
        JsonElement profile, members;
        await using (var host = await ApiHost.StartInAsync(folder, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey)))
        {
            await host.IngestAsync("""{"type":"identify","userId":"ann","anonymousId":"web-1","messageId":"m-0","traits":{"plan":"pro","name":"Ånn 😀"}}""");
            await host.IngestAsync("""{"type":"track","userId":"ann","event":"Paid","messageId":"m-1","properties":{"amount":9.5}}""");
            await host.IngestAsync("""{"type":"track","userId":"bob","event":"Paid","messageId":"m-2"}""");
            await host.PostAsync("/api/profiles/userId:bob/merges", """{"other":"userId:ann"}""");
            segment = await host.SegmentAsync("""{"name":"Payers","filter":{"event":"Paid","within":"7d"}}""");
            (profile, members) = (await ProfileAsync(host), await host.GetAsync($"/api/segments/{segment}/members"));
        }

        await RunAsync("export", archive, "--Cdp:DataDirectory", folder);
        await RunAsync("import", archive, "--Cdp:ConnectionString", database);

        await using var moved = await ApiHost.StartInAsync(folder, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey), ("Cdp:ConnectionString", database));
        Assert.Equal(profile.GetRawText(), (await ProfileAsync(moved)).GetRawText());
        Assert.Equal(members.GetRawText(), (await moved.GetAsync($"/api/segments/{segment}/members")).GetRawText());
        await moved.IngestAsync("""{"type":"track","userId":"ann","event":"Paid","messageId":"m-1"}""");
        await moved.IngestAsync("""{"type":"track","userId":"cat","event":"Paid","messageId":"m-3"}""");
        Assert.Equal(profile.GetProperty("eventCount").GetInt32(), (await ProfileAsync(moved)).GetProperty("eventCount").GetInt32());
        Assert.Equal(2, (await moved.GetAsync($"/api/segments/{segment}")).GetProperty("memberCount").GetInt32());
    }

    [Theory]
    [InlineData("export")]
    [InlineData("import", "--Cdp:DataDirectory", "x")]
    public void A_command_without_its_file_says_so(params string[] args) =>
        Assert.Contains("needs a file", Assert.Throws<SettingException>(() => TransferCommand.Read(args)).Message, StringComparison.Ordinal);

    [Fact]
    public void Anything_else_is_to_serve() => Assert.Null(TransferCommand.Read(["--urls", "http://127.0.0.1:0"]));

    private static Task<JsonElement> ProfileAsync(ApiHost host) => host.GetAsync("/api/profiles/userId:ann", HttpStatusCode.OK);

    private static async Task RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await TransferCommand.Read(args)!.RunAsync(output, Cancelled);
        Assert.Contains(args[1], output.ToString(), StringComparison.Ordinal);
    }
}
