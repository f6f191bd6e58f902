using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests;

/// <summary>
/// The process is killed again and again while old events are removed. In the end all of them are gone and nothing else is, counts are exact, and a retry is a
/// duplicate.
/// </summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class RetentionCrashTests
{
    private const int Kills = 6;
    private const int People = 4;
    private const int Events = 4_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public Task What_kills_interrupt_is_removed_in_the_end_and_nothing_else(string store) => Run.WithSeedAsync(store, (opened, _, seed) => RemoveAsync(opened, seed));

    private static async Task RemoveAsync(FaultStore store, int seed)
    {
        await using var program = new CdpProcess(store, ("Cdp__Retention__EventsPerTransactionMax", "500"));
        await program.StartAsync(Token);
        using var api = new ReadApi(program);
        var random = new Random(seed);
        Assert.True(await api.TrySaveAsync(new ExpectedSegment("buyers", """{"event":"Order"}""", null!), Token));
        foreach (var person in Enumerable.Range(0, People))
        {
            foreach (var chunk in Enumerable.Range(0, Events).Chunk(1_000)) await api.SendAsync(chunk.Select(number => Call(person, number)), Token);
        }

        program.Kill();
        await store.ExecuteAsync("update event set received = received - 172800000000");
        await program.StartAsync(Token);
        await KeepAsync(program);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(kill == 0 ? 1_400 : 500), Token);
            program.Kill();
            await program.StartAsync(Token);
        }

        foreach (var person in Enumerable.Range(0, People))
        {
            while ((await ProfileAsync(api, person)).GetProperty("eventCount").GetInt32() > 1) await Task.Delay(50, Token);
            var profile = await ProfileAsync(api, person);
            Assert.Equal((1, 2), (profile.GetProperty("eventCount").GetInt32(), profile.GetProperty("identifiers").GetArrayLength()));
            foreach (var chunk in Enumerable.Range(0, Events).Chunk(1_000)) Assert.Equal(1_000, (await api.SendAsync(chunk.Select(number => Call(person, number)), Token)).Duplicates);
        }

        var gone = await store.QueryAsync("select count(*) from event where kind = 101");
        Assert.Equal((Events - 1) * People, Convert.ToInt32(gone[0][0], CultureInfo.InvariantCulture));
        foreach (var segment in (await api.GetAsync("/api/segments", Token)).GetProperty("segments").EnumerateArray())
        {
            var audit = await api.GetAsync($"/api/segments/{segment.GetProperty("id").GetString()}/audit", Token);
            Assert.Equal((0, 0), (audit.GetProperty("counter").GetInt32(), audit.GetProperty("rows").GetInt32()));
        }
    }

    private static Task<System.Text.Json.JsonElement> ProfileAsync(ReadApi api, int person) => api.GetAsync($"/api/profiles/userId:old{person}", Token);

    /// <summary>The first call says who she is, the others what she did.</summary>
    private static JsonObject Call(int person, int number) => new()
    {
        ["type"] = number == 0 ? "identify" : "track",
        ["event"] = number == 0 ? null : "Order",
        ["userId"] = string.Create(CultureInfo.InvariantCulture, $"old{person}"),
        ["anonymousId"] = number == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"device{person}"),
        ["messageId"] = string.Create(CultureInfo.InvariantCulture, $"{person}-{number}"),
    };

    private static async Task KeepAsync(CdpProcess program)
    {
        using var http = new HttpClient { BaseAddress = program.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", CdpProcess.ApiKey);
        using var answer = await http.PutAsJsonAsync(new Uri("/api/sources/default", UriKind.Relative), new JsonObject { ["retention"] = new JsonObject { ["days"] = 1 } }, Token);
        answer.EnsureSuccessStatusCode();
    }
}
