using System.Text.Json;
using System.Text.Json.Nodes;
using CdpPipeline.Demo.Retail;

namespace CdpPipeline.Demo.Host;

/// <summary>The segments that the demo makes, or finds from its last run, with their counts kept up by the host's live stream.</summary>
internal sealed class DemoSegments
{
    private const string Country = "United Kingdom";
    private const int OftenMin = 3;
    private const decimal BigTotalMin = 100;

    private static readonly TimeSpan SettlingMax = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, SegmentCount> counts = [];
    private readonly Lock changing = new();

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<SegmentCount> Counts
    {
        get
        {
            lock (changing) return [.. counts.Values];
        }
    }

    public static async Task<DemoSegments> EnsureAsync(CdpClient client, RetailFile file, CancellationToken cancellationToken)
    {
        var segments = new DemoSegments();
        var known = (await client.GetAsync("/api/segments", cancellationToken)).GetProperty("segments").EnumerateArray()
            .ToLookup(segment => segment.GetProperty("name").GetString(), segment => segment.GetProperty("id").GetString()!);
        foreach (var (name, filter, byTheFile) in Definitions(file))
        {
            var id = known[name].FirstOrDefault() ?? (await client.PostAsync(
                "/api/segments", new JsonObject { ["name"] = name, ["filter"] = JsonNode.Parse(filter) }, cancellationToken)).GetProperty("segmentId").GetString()!;
            segments.counts[id] = new SegmentCount(id, name, byTheFile, MemberCount: 0);
        }

        return segments;
    }

    /// <summary>Follows the live counts until cancelled.</summary>
    public async Task FollowAsync(CdpClient client, CancellationToken cancellationToken)
    {
        await foreach (var line in client.LinesAsync("/api/segments/live", cancellationToken))
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            using var count = JsonDocument.Parse(line.AsMemory("data: ".Length));
            Set(count.RootElement.GetProperty("segmentId").GetString()!, count.RootElement.GetProperty("memberCount").GetInt64());
        }
    }

    /// <summary>Waits until no segment is being backfilled, and takes the counts as they are then.</summary>
    public async Task SettleAsync(CdpClient client, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(SettlingMax);
        try
        {
            await WaitAsync(client, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoException($"The segments have not come to rest after {SettlingMax.TotalSeconds:0} s; is somebody else sending events?");
        }
    }

    private async Task WaitAsync(CdpClient client, CancellationToken cancellationToken)
    {
        foreach (var id in Counts.Select(segment => segment.Id))
        {
            var segment = await client.GetAsync($"/api/segments/{id}", cancellationToken);
            while (segment.GetProperty("status").GetString() != "live" || !await IsSettledAsync(client, id, cancellationToken))
            {
                await Task.Delay(50, cancellationToken);
                segment = await client.GetAsync($"/api/segments/{id}", cancellationToken);
            }

            Set(id, (await client.GetAsync($"/api/segments/{id}", cancellationToken)).GetProperty("memberCount").GetInt64());
        }
    }

    private static async Task<bool> IsSettledAsync(CdpClient client, string id, CancellationToken cancellationToken)
    {
        var audit = await client.GetAsync($"/api/segments/{id}/audit", cancellationToken);
        return audit.GetProperty("counter").GetInt64() == audit.GetProperty("rows").GetInt64();
    }

    private static IEnumerable<(string Name, string Filter, long ByTheFile)> Definitions(RetailFile file)
    {
        var customers = file.Invoices.Where(invoice => invoice.CustomerId is not null).GroupBy(invoice => invoice.CustomerId).ToList();
        yield return (
            $"Demo: bought {OftenMin} times or more",
            $$"""{"event":"{{RetailCalls.OrderCompleted}}", "count":{"operator":"gte", "value":{{OftenMin}} } }""",
            customers.Count(own => own.Count(invoice => !invoice.IsCancellation) >= OftenMin));
        yield return (
            $"Demo: in the {Country}",
            $$"""{"field":"traits.country","operator":"eq","value":"{{Country}}"}""",
            customers.Count(own => own.Last().Country == Country));
        yield return (
            $"Demo: £{BigTotalMin} or more in one order",
            $$"""{"event":"{{RetailCalls.OrderCompleted}}","where":[{"property":"total", "operator":"gte", "value":{{BigTotalMin}} }] }""",
            customers.Count(own => own.Any(invoice => !invoice.IsCancellation && invoice.Total >= BigTotalMin)));
        yield return (
            "Demo: looked around without a name",
            """{"and":[{"field":"pageViews","operator":"gte","value":1},{"field":"userId","operator":"not_exists"}]}""",
            file.Invoices.Count(invoice => invoice.CustomerId is null));
    }

    private void Set(string id, long memberCount)
    {
        lock (changing)
        {
            if (counts.TryGetValue(id, out var segment)) counts[id] = segment with { MemberCount = memberCount };
        }
    }
}
