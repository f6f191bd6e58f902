using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests;

/// <summary>The process is killed at random moments of an erasure. After the next start it is done whole, or it was not decided and can be asked for again.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class ErasureCrashTests
{
    private const int Rounds = 4;
    private const int Events = 12_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public Task An_erasure_that_a_kill_interrupts_is_completed_after_the_next_start(string store) => Run.WithSeedAsync(store, EraseAsync);

    private static async Task EraseAsync(FaultStore store, CdpProcess program, int seed)
    {
        await program.StartAsync(Token);
        using var api = new ReadApi(program);
        var random = new Random(seed);
        var decided = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var user = string.Create(CultureInfo.InvariantCulture, $"gone{round}");
            foreach (var chunk in Enumerable.Range(0, Events).Chunk(2_000)) await api.SendAsync(chunk.Select(number => Call(user, number)), Token);
            var id = (await api.GetAsync($"/api/profiles/userId:{user}", Token)).GetProperty("id").GetGuid();

            var first = DeleteAsync(program, id);
            await Task.Delay(random.Next(60), Token);
            program.Kill();
            await first;
            var wasDecided = (await store.QueryAsync("select count(*) from erased_identity"))[0][0];
            await program.StartAsync(Token);
            if (Convert.ToInt64(wasDecided, CultureInfo.InvariantCulture) == round + 1) decided++;
            else Assert.Equal(Events, (await api.GetAsync($"/api/profiles/{id}", Token)).GetProperty("eventCount").GetInt32());

            JsonElement receipt;
            do receipt = (await DeleteAsync(program, id))!.Value;
            while (receipt.GetProperty("completedAt").ValueKind == JsonValueKind.Null);

            Assert.Equal(Events, receipt.GetProperty("counts").GetProperty("events").GetInt32());
            Assert.Equal((2_000, 0, 0), await api.SendAsync(Enumerable.Range(0, 2_000).Select(number => Call(user, number)), Token));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{decided} of {Rounds} were decided before the kill");
        foreach (var table in (string[])["event", "message_block", "snapshot", "identifier", "identity", "membership", "due"])
            Assert.Equal(0L, Convert.ToInt64((await store.QueryAsync($"select count(*) from {table}"))[0][0], CultureInfo.InvariantCulture));
    }

    private static JsonObject Call(string user, int number) => new()
    {
        ["type"] = "track",
        ["event"] = "Order",
        ["userId"] = user,
        ["anonymousId"] = $"{user}-device",
        ["messageId"] = string.Create(CultureInfo.InvariantCulture, $"{user}-{number}"),
    };

    /// <summary>The receipt; null when the program did not answer.</summary>
    private static async Task<JsonElement?> DeleteAsync(CdpProcess program, Guid id)
    {
        using var http = new HttpClient { BaseAddress = program.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", CdpProcess.ApiKey);
        try
        {
            using var answer = await http.DeleteAsync(new Uri($"/api/profiles/{id}", UriKind.Relative), Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {text}");
            return JsonDocument.Parse(text).RootElement;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
