using CdpPipeline.Client;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

/// <summary>The .NET package under <c>clients/dotnet</c>, against the real server.</summary>
public sealed class DotNetClientTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int TestMillisecondsMax = 120_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task Every_call_arrives_once_under_its_person()
    {
        await using var proxy = await fixture.ProxyAsync();
        var (user, visitor, former) = (NewId("user"), NewId("visitor"), NewId("former"));

        await using (var cdp = new CdpClient(Options(proxy)))
        {
            await cdp.PageAsync(Person.Visitor(visitor), "Pricing", new { path = "/pricing" }, cancellationToken: Cancelled);
            await cdp.IdentifyAsync(Person.User(user, visitor), new { email = $"{user}@example.com", plan = "pro" }, cancellationToken: Cancelled);
            await cdp.TrackAsync(Person.User(user), "Order Completed", new { total = 12.5m }, new CallOptions { MessageId = $"order-{user}", Context = new { ip = "127.0.0.1" } }, Cancelled);
            await cdp.TrackAsync(Person.User(user), "Order Completed", new { total = 12.5m }, new CallOptions { MessageId = $"order-{user}" }, Cancelled);
            await cdp.ScreenAsync(Person.User(user), "Basket", cancellationToken: Cancelled);
            await cdp.GroupAsync(Person.User(user), "acme", new { name = "Acme" }, cancellationToken: Cancelled);
            await cdp.TrackAsync(Person.User(former), "Renamed Soon", cancellationToken: Cancelled);
            await cdp.AliasAsync(user, former, cancellationToken: Cancelled);
        }

        await fixture.ShowsAsync($"userId:{user}", proxy, ["page", "identify", "track Order Completed", "screen", "group", "track Renamed Soon", "alias"]);
        var profile = (await fixture.ProfileAsync($"anonymousId:{visitor}"))!.Value;
        Assert.Equal((user, "pro"), (profile.GetProperty("userId").GetString(), profile.GetProperty("traits").GetProperty("plan").GetString()));
        var context = (await fixture.EventsAsync($"userId:{user}")).Single(one => one.GetProperty("messageId").GetString() == $"order-{user}").GetProperty("context");
        Assert.Equal(("127.0.0.1", "CdpPipeline.Client"), (context.GetProperty("ip").GetString(), context.GetProperty("library").GetProperty("name").GetString()));
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task Events_of_many_callers_arrive_once_and_in_batches_through_every_fault()
    {
        await using var proxy = await fixture.ProxyAsync(
            Fate.Broken, Fate.Busy, Fate.TooMany, Fate.Pass, Fate.DiesAfter, Fate.DiesBefore, Fate.Pass, Fate.Broken, Fate.DiesAfter);
        var user = NewId("user");

        await using (var cdp = new CdpClient(Options(proxy, queueEventsMax: 200, batchEventsMax: 100)))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
            {
                for (var n = 0; n < 100; n++) await cdp.TrackAsync(Person.User(user), $"Event {caller} {n}", new { caller, n }, cancellationToken: Cancelled);
            }));
            await cdp.FlushAsync(Cancelled);
            await fixture.ShowsAsync($"userId:{user}", proxy, [.. from caller in Enumerable.Range(0, 8) from n in Enumerable.Range(0, 100) select $"track Event {caller} {n}"]);
        }

        Assert.Contains(proxy.Sent, one => one.MessageIds.Count == 100);
        Assert.Equal(3, proxy.Sent.Count(one => one.Fate is Fate.DiesAfter or Fate.DiesBefore));
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task When_the_queue_is_full_calls_wait_and_nothing_is_lost()
    {
        await using var proxy = await fixture.ProxyAsync([.. Enumerable.Repeat(Fate.Broken, 1000)]);
        var user = NewId("user");
        await using var cdp = new CdpClient(Options(proxy, queueEventsMax: 5, batchEventsMax: 5));

        var calls = Enumerable.Range(0, 30).Select(n => cdp.TrackAsync(Person.User(user), $"Event {n}", cancellationToken: Cancelled).AsTask()).ToList();
        await ServerFixture.UntilAsync(proxy, sent => sent.Count > 1);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var given = cdp.TrackAsync(Person.User(user), "Given Up", cancellationToken: impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.InRange(calls.Count(call => call.IsCompleted), 1, 10);

        proxy.Heal();
        await Task.WhenAll(calls);
        await cdp.FlushAsync(Cancelled);
        await fixture.ShowsAsync($"userId:{user}", proxy, [.. Enumerable.Range(0, 30).Select(n => $"track Event {n}")]);
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task What_the_server_rejects_or_refuses_is_told_and_does_not_stop_the_rest()
    {
        await using var proxy = await fixture.ProxyAsync();
        var user = NewId("user");
        var lost = new List<LostEvents>();

        await using (var cdp = new CdpClient(Options(proxy, lost: lost)))
        {
            await cdp.TrackAsync(Person.User(user), new string('x', 2000), call: new CallOptions { MessageId = "too long" }, cancellationToken: Cancelled);
            await cdp.TrackAsync(Person.User(user), "Fine", cancellationToken: Cancelled);
        }

        Assert.Equal(("too long", LossCause.Rejected), (Assert.Single(Assert.Single(lost).MessageIds), lost[0].Cause));
        Assert.Equal(["Fine"], (await fixture.EventsAsync($"userId:{user}")).Select(one => one.GetProperty("name").GetString()));

        await using (var cdp = new CdpClient(Options(proxy, lost: lost, writeKey: "wk_wrong")))
            await cdp.TrackAsync(Person.User(user), "Refused", call: new CallOptions { MessageId = "refused" }, cancellationToken: Cancelled);

        Assert.Equal(("refused", LossCause.Refused), (Assert.Single(lost[1].MessageIds), lost[1].Cause));
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task Disposing_gives_up_in_time_and_tells_what_was_not_delivered()
    {
        await using var proxy = await fixture.ProxyAsync([.. Enumerable.Repeat(Fate.Broken, 1000)]);
        var lost = new List<LostEvents>();
        var cdp = new CdpClient(Options(proxy, lost: lost, batchEventsMax: 2, flushWithin: TimeSpan.FromMilliseconds(200)));
        foreach (var n in Enumerable.Range(0, 5)) await cdp.TrackAsync(Person.User("ada"), "E", call: new CallOptions { MessageId = $"m{n}" }, cancellationToken: Cancelled);
        var flush = cdp.FlushAsync(Cancelled);

        await cdp.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        Assert.All(lost, one => Assert.Equal(LossCause.Abandoned, one.Cause));
        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], lost.SelectMany(one => one.MessageIds).Order());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => cdp.TrackAsync(Person.User("ada"), "Late", cancellationToken: Cancelled).AsTask());
        await cdp.DisposeAsync();
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task A_batch_that_is_too_large_for_the_server_is_sent_in_halves()
    {
        await using var proxy = await fixture.ProxyAsync(Fate.Busy);
        var user = NewId("user");

        // 4 MB is the server's limit; the first request is refused while the others gather.
        await using (var cdp = new CdpClient(Options(proxy, batchBytesMax: 16 * 1024 * 1024)))
        {
            for (var n = 0; n < 60; n++) await cdp.TrackAsync(Person.User(user), $"Event {n}", new { text = new string('x', 120_000) }, cancellationToken: Cancelled);
        }

        await fixture.ShowsAsync($"userId:{user}", proxy, [.. Enumerable.Range(0, 60).Select(n => $"track Event {n}")]);
        Assert.True(proxy.Sent.Count(one => one.MessageIds.Count > 1) > 2, proxy.ToString());
    }

    private static CdpClientOptions Options(
        FaultyProxy proxy, int queueEventsMax = 10_000, int batchEventsMax = 500, int batchBytesMax = 2 * 1024 * 1024,
        List<LostEvents>? lost = null, string writeKey = RealServer.WriteKey, TimeSpan? flushWithin = null) => new()
        {
            Host = proxy.Address,
            WriteKey = writeKey,
            QueueEventsMax = queueEventsMax,
            BatchEventsMax = batchEventsMax,
            BatchBytesMax = batchBytesMax,
            RetryFirst = TimeSpan.FromMilliseconds(20),
            FlushWithin = flushWithin ?? TimeSpan.FromSeconds(60),
            OnLost = lost is null ? null : lost.Add,
        };

    private static string NewId(string what) => $"{what}-{Guid.NewGuid():N}";
}
