using CdpPipeline.Silo.Nodes;
using CdpPipeline.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Silo.Tests.Nodes;

public sealed class ActiveAliasesTests
{
    private const int People = 300;
    private const int AliasesMax = 50;

    // Sooner than an alias is idle for long enough to go by itself.
    private static readonly TimeSpan SweptMax = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_node_keeps_no_more_aliases_than_it_may_and_all_are_found_again()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var node = await ServedNode.StartAsync(connectionString, ("Cdp:Local:ActiveAliasesMax", $"{AliasesMax}"), ("Cdp:Local:AliasCacheEntriesMax", "10"));
        var counts = node.Services.GetRequiredService<NodeCounts>();
        await SendToAllAsync(node);
        Assert.True(counts.ActiveAliases > 0);

        using (var late = new CancellationTokenSource(SweptMax))
        {
            while (counts.ActiveAliases > AliasesMax)
            {
                Assert.False(late.IsCancellationRequested, $"{counts.ActiveAliases} are active.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            }
        }

        await SendToAllAsync(node);
        for (var i = 0; i < People; i += 10) Assert.Equal(2, (await node.AskAsync(HttpMethod.Get, $"/api/profiles/userId:u{i}")).GetProperty("eventCount").GetInt32());
    }

    private static async Task SendToAllAsync(ServedNode node)
    {
        var calls = Enumerable.Range(0, People).Select(i => $$"""{"type":"track","userId":"u{{i}}","event":"Order Completed"}""");
        var answer = await node.AskAsync(HttpMethod.Post, "/v1/batch", $$"""{"batch":[{{string.Join(',', calls)}}]}""", ServedNode.WriteKey);
        Assert.Equal(People, answer.GetProperty("accepted").GetInt32());
    }
}
