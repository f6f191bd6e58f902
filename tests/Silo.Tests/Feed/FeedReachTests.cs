using CdpPipeline.Api.Feed;
using CdpPipeline.Silo.Feed;
using CdpPipeline.Silo.Tests.Logs;
using CdpPipeline.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Tests.Feed;

/// <summary>A node that does not say what becomes of events there is told of once, however many watch and however often it is asked.</summary>
public sealed class FeedReachTests : IAsyncLifetime
{
    private readonly LineLog log = new();
    private readonly Silence silence = new();
    private readonly List<TestNode> nodes = [];
    private readonly CancellationTokenSource ending = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var settings = new Dictionary<string, string?> { ["Cdp:ConnectionString"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        nodes.Add(await TestNode.StartAsync(settings, TimeProvider.System, Cancelled, services => services
            .AddSingleton<IOutgoingGrainCallFilter>(silence)
            .AddLogging(logging => logging.AddProvider(log))));
        nodes.Add(await TestNode.StartAsync(settings, TimeProvider.System, Cancelled));
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        foreach (var node in nodes) await node.StopAsync();
        ending.Dispose();
        log.Dispose();
    }

    [Fact]
    public async Task Each_silence_of_a_node_is_told_once()
    {
        var (reach, feed) = (nodes[0].Get<IFeedReach>(), nodes[0].Get<EventFeed>());
        using (var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
        {
            for (var i = 0; i < 3; i++) reach.Follow(feed.Enter(null, FeedOutcome.Accepted), gone.Token);
            await SilentAsync(asked: 9);
            Assert.Equal(1, Told());
            await gone.CancelAsync();
        }

        silence.IsKept = false;
        reach.Follow(feed.Enter(null, FeedOutcome.Accepted), ending.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(silence.Answered > 0), "the node was asked and answered", Cancelled);
        Assert.Equal(1, Told());

        silence.IsKept = true;
        await SilentAsync(asked: 3);
        Assert.Equal(2, Told());
    }

    // The one who was refused last may be about to say so.
    private Task SilentAsync(int asked)
    {
        var enough = silence.Refused + asked;
        return Eventually.HoldsAsync(() => Task.FromResult(silence.Refused >= enough), $"the node was asked {asked} times for nothing", Cancelled);
    }

    private int Told() => log.Lines.Count(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("does not say what becomes of events there", StringComparison.Ordinal));

    /// <summary>While it is kept, no other node answers what its feed shows.</summary>
    private sealed class Silence : IOutgoingGrainCallFilter
    {
        private int refused;
        private int answered;

        public bool IsKept { get; set; } = true;

        public int Refused => Volatile.Read(ref refused);

        public int Answered => Volatile.Read(ref answered);

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            var isAsked = context.InterfaceMethod.DeclaringType == typeof(IFeedService);
            if (isAsked && IsKept)
            {
                Interlocked.Increment(ref refused);
                throw new TimeoutException("No answer.");
            }

            await context.Invoke();
            if (isAsked) Interlocked.Increment(ref answered);
        }
    }
}
