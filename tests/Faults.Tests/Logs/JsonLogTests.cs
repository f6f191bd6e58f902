using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using CdpPipeline.Faults.Tests.Processes;
using CdpPipeline.Testing;

namespace CdpPipeline.Faults.Tests.Logs;

/// <summary>The real program, told to log JSON: whatever it writes is one object a line, from its first line to its last.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class JsonLogTests
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Logging__LogLevel__Default"] = "Debug",
        ["Logging__Console__FormatterName"] = "json",
        ["Logging__Console__FormatterOptions__TimestampFormat"] = "O",
        ["Logging__Console__FormatterOptions__UseUtcTimestamp"] = "true",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_an_object_the_stores_lines_too_and_no_key_is_in_any()
    {
        await using var store = await FaultStore.CreateAsync("Sqlite");
        var output = new ConcurrentQueue<string>();
        using var program = new ProgramProcess(ProgramProcess.PathOf("Api"), output, int.MaxValue);
        program.Launch(store.Environment.Concat(Settings));
        await program.ReadyAsync(StartMax, Token);
        using var keys = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(store.Environment.Single(setting => setting.Key == "Cdp__DataDirectory").Value, "keys.json"), Token));
        var writeKey = keys.RootElement.GetProperty("writeKey").GetString()!;
        using var http = new HttpClient { BaseAddress = program.Address };
        using var call = new HttpRequestMessage(HttpMethod.Post, "/v1/track") { Content = new StringContent("""{"userId":"u","event":"E"}""", Encoding.UTF8, "application/json") };
        call.Headers.Authorization = new("Bearer", writeKey);
        using var answer = await http.SendAsync(call, Token);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(0, await program.StopAsync(Token));

        // The first line is the test's own.
        var lines = output.Skip(1).Select(Parsed).ToList();
        Assert.All(lines, line => Assert.Equal(TimeSpan.Zero, line.GetProperty("Timestamp").GetDateTimeOffset().Offset));
        Assert.All(lines, line => Assert.NotEqual("", line.GetProperty("LogLevel").GetString()));
        Assert.Contains(lines, line => IsOf(line, "CdpPipeline.Storage.Sqlite.SqliteStore", "Opened the "));
        Assert.Contains(lines, line => IsOf(line, "CdpPipeline.Storage.Sqlite.SqliteStore", "Committed "));
        Assert.Contains(lines, line => line.GetProperty("Message").GetString()!.StartsWith("Ready on http://127.0.0.1:", StringComparison.Ordinal));
        Assert.DoesNotContain(output, line => line.Contains(writeKey, StringComparison.Ordinal) || line.Contains(keys.RootElement.GetProperty("apiKey").GetString()!, StringComparison.Ordinal));
    }

    private static JsonElement Parsed(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"This is no JSON: {line}", exception);
        }
    }

    private static bool IsOf(JsonElement line, string category, string beginning) =>
        line.GetProperty("Category").GetString() == category && line.GetProperty("Message").GetString()!.StartsWith(beginning, StringComparison.Ordinal);
}
