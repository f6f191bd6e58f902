namespace CdpPipeline.Demo.Tests;

/// <summary>
/// Segments with windows over real orders while the year 2011 goes by: whoever is in them at ten instants is added up beside the file.
/// CDP_RETAIL_FILE names a larger file than the slice that comes with the demo.
/// </summary>
public sealed class RetailWindowTests
{
    private static readonly (string Name, string Filter, Func<IReadOnlyList<FileOrder>, DateTimeOffset, bool> Holds)[] Segments =
    [
        (
            "Bought in the last 30 days, not in the 30 before",
            """{"and":[{"event":"Order Completed","within":"30d"},{"not":{"event":"Order Completed","between":{"from":"60d","to":"30d"}}}]}""",
            (orders, now) => orders.Any(order => Age(order, now) <= 30) && !orders.Any(order => Age(order, now) is >= 30 and <= 60)),
        (
            "Spent 500 in 90 days",
            """{"event":"Order Completed","aggregate":{"fn":"sum","property":"total","operator":"gte","value":500},"within":"90d"}""",
            (orders, now) => orders.Where(order => Age(order, now) <= 90).Sum(order => order.Pence) >= 500_00),
        (
            "Spent 50 in 90 days",
            """{"event":"Order Completed","aggregate":{"fn":"sum","property":"total","operator":"gte","value":50},"within":"90d"}""",
            (orders, now) => orders.Where(order => Age(order, now) <= 90).Sum(order => order.Pence) >= 50_00),
        (
            "First order over 60 days ago, and 3 orders",
            """{"and":[{"event":"Order Completed","between":{"from":"3650d","to":"60d"}},{"event":"Order Completed","count":{"operator":"gte","value":3}}]}""",
            (orders, now) => orders.Count >= 3 && orders.Any(order => Age(order, now) >= 60)),
        (
            "Orders of 20 on average in half a year",
            """{"event":"Order Completed","aggregate":{"fn":"avg","property":"total","operator":"gte","value":20},"within":"182d"}""",
            (orders, now) => orders.Where(order => Age(order, now) <= 182).ToList() is { Count: > 0 } recent && recent.Sum(order => order.Pence) >= 20_00 * recent.Count),
        (
            "Ordered again within a fortnight, in the last 120 days",
            """{"event":"Order Completed","within":"120d","then":{"event":"Order Completed","within":"14d"}}""",
            (orders, now) => orders.Where((order, i) => Age(order, now) <= 120 && orders.Skip(i + 1).Any(next => (next.At - order.At).TotalDays <= 14)).Any()),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Windows_over_real_orders_hold_at_every_instant_those_whom_the_file_makes_members()
    {
        var orders = FileOrders.Of(Environment.GetEnvironmentVariable("CDP_RETAIL_FILE") ?? DemoHost.DemoSlicePath);
        var clock = new SettableClock(orders[0].At);
        await using var host = await DemoHost.StartAsync(clock);
        var ids = new List<string>();
        foreach (var (name, filter, _) in Segments) ids.Add((await host.PostAsync("/api/segments", $$"""{"name":"{{name}}","filter":{{filter}}}""")).GetProperty("segmentId").GetString()!);
        var sizes = Segments.Select(_ => new List<int>()).ToList();

        var sent = 0;
        for (var i = 0; i < 10; i++)
        {
            var now = new DateTimeOffset(2011, 3 + i, 9, 12, 0, 0, TimeSpan.Zero);
            sent = await SendUntilAsync(host, clock, orders, sent, now.AddDays(-14));
            sent = await SendUntilAsync(host, clock, orders, sent, now);
            var byCustomer = orders.Take(sent).GroupBy(order => order.Customer).ToDictionary(own => own.Key, own => (IReadOnlyList<FileOrder>)[.. own]);
            for (var s = 0; s < Segments.Length; s++)
            {
                string[] expected = [.. byCustomer.Where(customer => Segments[s].Holds(customer.Value, now)).Select(customer => customer.Key).Order(StringComparer.Ordinal)];
                await host.SettleAsync(ids[s], expected.Length);
                var members = await host.ListAsync($"/api/segments/{ids[s]}/members", "members");
                Assert.Equal(expected, members.Select(member => member.GetProperty("userId").GetString()!).Order(StringComparer.Ordinal));
                sizes[s].Add(expected.Length);
            }
        }

        // What never changes would prove nothing.
        Assert.All(sizes, size => Assert.True(size.Distinct().Count() > 1, string.Join(", ", size)));
    }

    private static async Task<int> SendUntilAsync(DemoHost host, SettableClock clock, IReadOnlyList<FileOrder> orders, int sent, DateTimeOffset until)
    {
        clock.Set(until);
        foreach (var chunk in orders.Skip(sent).TakeWhile(order => order.At <= until).Chunk(500))
        {
            var answer = await host.PostAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', chunk.Select(order => order.ToCall()))}}]}""", isIngest: true);
            Assert.Equal(chunk.Length, answer.GetProperty("accepted").GetInt32());
            sent += chunk.Length;
        }

        return sent;
    }

    private static double Age(FileOrder order, DateTimeOffset now) => (now - order.At).TotalDays;
}
