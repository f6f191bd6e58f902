using CdpPipeline.Testing;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>
/// Drawn and broken requests against the ingest edge of the whole host: no server error, nothing unhandled, memory within its bound, and afterwards, on a
/// host that has nothing in memory, everybody can be read with as many events as she counts.
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
        var directory = Directory.CreateTempSubdirectory("cdp-fuzz-").FullName;
        try
        {
            await using (var host = await FuzzHost.StartAsync(directory, store))
            {
                await FuzzRun.EachAsync(async random =>
                {
                    var requests = new FuzzRequests(random);
                    var isRead = random.Next(8) == 0;
                    using var request = isRead ? requests.Read() : requests.Ingest();
                    await host.SendAsync(request, isRead ? ApiHost.AdminKey : null);
                });
                host.CheckReleased();
            }

            await using var again = await FuzzHost.StartAsync(directory, store);
            TestContext.Current.TestOutputHelper?.WriteLine($"{await again.ReadEverybodyAsync()} people read back");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
