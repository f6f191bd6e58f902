using System.Net;
using System.Text;
using System.Text.Json;
using CdpPipeline.Testing;

namespace CdpPipeline.Api.Tests.Ingest;

/// <summary>Hostile bodies against the whole host on real stores: nothing is 5xx, good neighbours are kept, nobody is poisoned.</summary>
public abstract class HostileInputTests
{
    private static readonly string[] Hostile =
    [
        """{"type":"track","event":"X","userId":"h","properties":{"a":"\u0000"}}""",
        """{"type":"track","event":"X\u0000","userId":"h"}""",
        """{"type":"track","event":"X","userId":"h\u0000"}""",
        """{"type":"track","event":"X","userId":"h","properties":{"a":"\ud800"}}""",
        """{"type":"identify","userId":"h","traits":{"\udc00":1}}""",
        """{"type":"track","event":"X","userId":"h","timestamp":"0000-01-01T00:00:00Z"}""",
        """{"type":"track","event":"X","userId":"h","timestamp":"9999-12-31T23:59:59Z"}""",
        """{"type":"track","event":"X","userId":"h","timestamp":"yesterday"}""",
        """{"type":"track","event":"X","userId":{"a":1}}""",
        """{"type":"track","event":7,"userId":"h"}""",
        """{"type":"track","event":"X","userId":"h","properties":[1,2]}""",
        """{"type":"track","event":"X","userId":"h","userId":"i"}""",
        """{"type":"dance","userId":"h"}""",
        """{"type":"track","event":"X"}""",
        """{"type":"track","event":"X","userId":"undefined"}""",
        """{"type":"alias","userId":"h"}""",
        """{"type":"group","userId":"h"}""",
        $$$"""{"type":"track","event":"X","userId":"h","properties":{{{Nested(40)}}}}""",
        $$$"""{"type":"track","event":"X","userId":"h","properties":{"big":"{{{new string('x', 140_000)}}}"}}""",
        "7", "null", "[]", "\"text\"",
    ];

    private static readonly string[] Odd =
    [
        """{"type":"track","event":"Odd","userId":"odd","properties":{"quote":"\"'\\ \t\n","emoji":"😀","rtl":"\u202e","n":1e308,"z":-0.0,"deep":{"a":[{"b":[]}]}}}""",
        """{"type":"identify","userId":"odd","traits":{"":"empty name","a.b":1,"__proto__":{"x":1},"n":123456789012345678901234567890}}""",
        """{"type":"page","userId":"odd","name":"'; drop table event; --","context":{"ip":"::1","traits":{"phone":"+1 (555) 010-9999"}}}""",
        """{"type":"group","userId":"odd","groupId":"g\\'","traits":{"plan":null,"size":3}}""",
        $$$"""{"type":"track","event":"Wide","userId":"odd","properties":{{{Wide(9_000)}}}}""",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_hostile_event_is_rejected_with_its_field_and_its_neighbours_are_stored()
    {
        await using var host = await StartAsync(Directory.CreateTempSubdirectory("cdp-hostile-").FullName);
        for (var i = 0; i < Hostile.Length; i++)
        {
            var batch = $$"""{"batch":[{"type":"track","event":"Before","userId":"good"},{{Hostile[i]}},{"type":"track","event":"After","userId":"good"}]}""";
            var answer = await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Post, "/v1/batch", batch, ApiHost.WriteKey), HttpStatusCode.OK);
            Assert.Equal(2, answer.GetProperty("accepted").GetInt32());
            var rejected = Assert.Single(answer.GetProperty("rejected").EnumerateArray());
            Assert.Equal(1, rejected.GetProperty("index").GetInt32());
            Assert.NotEmpty(rejected.GetProperty("error").GetString()!);
        }

        Assert.Equal(2 * Hostile.Length, (await host.GetAsync("/api/profiles/userId:good")).GetProperty("eventCount").GetInt64());
        await host.GetAsync("/api/profiles/userId:h", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Odd_but_valid_events_come_back_as_they_were_sent_also_after_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-odd-").FullName;
        string[] Properties(JsonElement profile) => [.. profile.GetProperty("timeline").EnumerateArray().Select(item => item.GetProperty("properties").GetRawText())];
        string[] before;
        await using (var host = await StartAsync(directory))
        {
            await host.IngestBatchAsync(Odd);
            before = Properties(await host.GetAsync("/api/profiles/userId:odd"));
            Assert.Equal(Odd.Length, before.Length);
        }

        await using var again = await StartAsync(directory);
        var profile = await again.GetAsync("/api/profiles/userId:odd");
        Assert.Equal(before, Properties(profile));
        Assert.Equal(Odd.Length, (await again.GetAsync("/api/profiles/userId:odd/events")).GetProperty("events").GetArrayLength());
        Assert.Equal("+15550109999", profile.GetProperty("phone").GetString());
    }

    [Fact]
    public async Task Whatever_is_made_of_a_valid_batch_nothing_is_a_server_error_and_everybody_can_still_be_read()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var directory = Directory.CreateTempSubdirectory("cdp-mutated-").FullName;
        var valid = Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', Odd[..4])}},{"type":"alias","userId":"odd","previousId":"a1","messageId":"m"},{"type":"track","event":"E","anonymousId":"a1","timestamp":"2026-01-01T00:00:00Z"}],"sentAt":"2026-01-01T00:00:00Z"}""");
        await using (var host = await StartAsync(directory))
        {
            for (var i = 0; i < 1_000; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch") { Content = new ByteArrayContent(Mutate(valid, random)) };
                request.Headers.Authorization = new("Bearer", ApiHost.WriteKey);
                using var response = await host.Client.SendAsync(request, Cancelled);
                Assert.True((int)response.StatusCode is 200 or (>= 400 and < 500), $"seed {seed}, body {i}: {response.StatusCode}");
            }
        }

        await using var again = await StartAsync(directory);
        await again.IngestBatchAsync(["""{"type":"track","event":"Last","userId":"odd"}"""]);
        string? cursor = null;
        var seen = 0;
        do
        {
            var page = await again.GetAsync($"/api/profiles?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var profile in page.GetProperty("profiles").EnumerateArray())
            {
                var id = profile.GetProperty("id").GetString();
                await again.GetAsync($"/api/profiles/{id}");
                await again.GetAsync($"/api/profiles/{id}/events?limit=1000");
                await again.GetAsync($"/api/profiles/{id}/merges");
                seen++;
            }

            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.True(seen > 0, $"seed {seed}");
    }

    private protected abstract Task<(string Key, string Value)[]> StoreAsync(string directory);

    private async Task<ApiHost> StartAsync(string directory) => await ApiHost.StartInAsync(
        directory, [("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey), .. await StoreAsync(directory)]);

    private static byte[] Mutate(byte[] valid, Random random)
    {
        var body = valid.ToList();
        for (var times = random.Next(1, 6); times > 0 && body.Count > 1; times--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(4))
            {
                case 0: body[at] = (byte)random.Next(256); break;
                case 1: body.RemoveRange(at, random.Next(Math.Min(40, body.Count - at))); break;
                case 2: body.InsertRange(at, body.GetRange(at, random.Next(Math.Min(40, body.Count - at)))); break;
                default: body[at] = (byte)"\"{}[],:\\u0d8e-"[random.Next(14)]; break;
            }
        }

        return [.. body];
    }

    private static string Nested(int levels) => levels == 0 ? "1" : $"{{\"n\":{Nested(levels - 1)}}}";

    private static string Wide(int properties) => $"{{{string.Join(',', Enumerable.Range(0, properties).Select(i => $"\"p{i}\":{i}"))}}}";
}

/// <summary>On SQLite.</summary>
public sealed class SqliteHostileInputTests : HostileInputTests
{
    private protected override Task<(string Key, string Value)[]> StoreAsync(string directory) => Task.FromResult<(string, string)[]>([]);
}

/// <summary>On PostgreSQL.</summary>
public sealed class PostgresHostileInputTests : HostileInputTests
{
    private static readonly Dictionary<string, string> Databases = [];

    private protected override async Task<(string Key, string Value)[]> StoreAsync(string directory)
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        if (!Databases.TryGetValue(directory, out var connection))
            Databases[directory] = connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return [("Cdp:ConnectionString", connection)];
    }
}
