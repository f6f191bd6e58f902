using System.Net;
using System.Text;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Silo.Tests.Logs;
using CdpPipeline.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Silo.Tests.Nodes;

/// <summary>During an update a node of the newer build has saved a definition that this one has never heard of.</summary>
public sealed class NewerCatalogTests
{
    private const string Call = """{"userId":"ada","event":"Order Completed"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_must_be_judged_by_a_definition_that_this_build_does_not_know_is_to_be_sent_again_until_it_does()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        using var log = new LineLog();
        await using var node = await ServedNode.StartAsync(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), log);
        var segment = (await node.AskAsync(HttpMethod.Post, "/api/segments", """{"name":"buyers","filter":{"event":"Order Completed"}}""")).GetProperty("segmentId").GetString()!;
        await node.TrackAsync(Call);
        await UntilAsync(async () => (await node.AskAsync(HttpMethod.Get, $"/api/segments/{segment}")).GetProperty("status").GetString() == "live");
        var tables = node.Services.GetRequiredService<ICatalogTables>();
        var known = (await tables.ReadAsync(Cancelled)).Segments[0];

        await SaveAsync(tables, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(known.Json.Span).Replace("\"event\"", "\"weather\"", StringComparison.Ordinal)));
        for (var i = 0; i < 3; i++)
        {
            using var answer = await node.SendAsync(HttpMethod.Post, "/v1/track", Call, ServedNode.WriteKey);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        Assert.Equal(1, (await node.AskAsync(HttpMethod.Get, "/api/profiles/userId:ada")).GetProperty("eventCount").GetInt32());

        // It goes on asking each second, and says so once.
        await UntilAsync(() => Task.FromResult(Told(log) == 1));
        await Task.Delay(TimeSpan.FromSeconds(3), Cancelled);
        Assert.Equal(1, Told(log));
        Assert.Contains(log.Lines, line => line.Contains($"The stored definition of segment {segment} is not known to this build", StringComparison.Ordinal));

        await SaveAsync(tables, known.Json);
        await UntilAsync(async () => (await node.SendAsync(HttpMethod.Post, "/v1/track", Call, ServedNode.WriteKey)).IsSuccessStatusCode);
    }

    private static int Told(LineLog log) => log.Lines.Count(line => line.Contains("What other processes changed could not be read", StringComparison.Ordinal));

    private static async Task SaveAsync(ICatalogTables tables, ReadOnlyMemory<byte> segment)
    {
        var stored = await tables.ReadAsync(Cancelled);
        var document = new CatalogDocument(StoredCatalog.SegmentKind, stored.Segments[0].Id, segment);
        Assert.True(await tables.WriteAsync(new CatalogWrite(stored.Revision) { Conditions = stored.Conditions, Documents = [document] }, Cancelled));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            Assert.False(late.IsCancellationRequested, "It did not come true.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancelled);
        }
    }
}
