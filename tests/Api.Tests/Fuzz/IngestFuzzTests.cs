using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CdpPipeline.Testing;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>
/// Drawn and broken requests against the ingest edge of the whole host: no server error, nothing unhandled, memory within its bound, and afterwards, on a
/// host that has nothing in memory, everybody can be read with as many events as she counts, and nobody's whole address or browser is there. Half of the
/// calls are of a source with bounds and with plans that are drawn as well.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class IngestFuzzTests
{
    [Fact]
    public Task No_request_breaks_the_ingest_edge_on_SQLite() => RunAsync();

    [Fact]
    public async Task No_request_breaks_the_ingest_edge_on_PostgreSQL()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        await RunAsync(("Cdp:ConnectionString", await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()));
    }

    private static async Task RunAsync(params (string Key, string Value)[] store)
    {
        store = [("Cdp:Privacy:Ip", "Truncate"), ("Cdp:Privacy:FillIp", "true"), ("Cdp:Privacy:UserAgent", "Drop"), .. store];
        var directory = Directory.CreateTempSubdirectory("cdp-fuzz-").FullName;
        try
        {
            await using (var host = await FuzzHost.StartAsync(directory, store))
            {
                var bound = await BoundSource.MakeAsync(host);
                await FuzzRun.EachAsync(async random =>
                {
                    var requests = new FuzzRequests(random, bound);
                    var draw = random.Next(32);
                    using var request = draw switch { < 4 => requests.Read(), 4 => requests.Plan(), _ => requests.Ingest() };
                    await host.SendAsync(request, draw <= 4 ? ApiHost.AdminKey : null);
                });
                host.CheckReleased();
            }

            await using var again = await FuzzHost.StartAsync(directory, store);
            TestContext.Current.TestOutputHelper?.WriteLine($"{await again.ReadEverybodyAsync()} people read back");
            await CheckContextsAsync(again);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task CheckContextsAsync(FuzzHost host)
    {
        foreach (var profile in (await host.GetAsync("/api/profiles?limit=200")).GetProperty("profiles").EnumerateArray())
        {
            var events = (await host.GetAsync($"/api/profiles/{profile.GetProperty("id").GetString()}/events?limit=1000")).GetProperty("events");
            foreach (var context in events.EnumerateArray().Select(one => one.GetProperty("context")).Where(context => context.ValueKind == JsonValueKind.Object))
            {
                foreach (var member in context.EnumerateObject())
                {
                    Assert.False(member.Name is "userAgent" or "userAgentData", context.GetRawText());
                    Assert.True(member.Name != "ip" || IsTruncated(IPAddress.Parse(member.Value.GetString()!)), context.GetRawText());
                }
            }
        }
    }

    private static bool IsTruncated(IPAddress address) =>
        !address.GetAddressBytes().AsSpan(address.AddressFamily == AddressFamily.InterNetwork ? 3 : 6).ContainsAnyExcept((byte)0);
}
