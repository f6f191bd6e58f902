using System.Collections.Concurrent;
using System.Text.Json;
using CdpPipeline.Demo.Retail;

namespace CdpPipeline.Demo.Host;

/// <summary>
/// Adds up what the host shows: the timeline of everybody in the file, page by page. Only calls of this file count, each as often as it is
/// shown, so that one stored twice would be seen.
/// </summary>
internal sealed class ReadBack(CdpClient client, RetailFile file, IReadOnlySet<string> messageIds)
{
    private const int AtOnce = 8;
    private const int PageSize = 1000;

    private int done;

    /// <summary>Everybody the file names: customers, and visitors without a name.</summary>
    public IReadOnlyList<string> People { get; } = [.. file.Invoices.Select(ReferenceOf).Distinct(StringComparer.Ordinal)];

    public int Done => Volatile.Read(ref done);

    /// <summary>Totals for each person.</summary>
    public async Task<IReadOnlyDictionary<string, RetailTotals>> RunAsync(CancellationToken cancellationToken)
    {
        var totals = new ConcurrentDictionary<string, RetailTotals>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            People,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (person, token) =>
            {
                totals[person] = await OfAsync(person, token);
                Interlocked.Increment(ref done);
            });
        return totals;
    }

    private static string ReferenceOf(Invoice invoice) =>
        invoice.CustomerId is { } customer ? $"userId:{customer}" : $"anonymousId:{invoice.Number}";

    private async Task<RetailTotals> OfAsync(string person, CancellationToken cancellationToken)
    {
        var totals = new RetailTotals();
        string? cursor = null;
        do
        {
            var after = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await client.GetAsync($"/api/profiles/{Uri.EscapeDataString(person)}/events?limit={PageSize}{after}", cancellationToken);
            foreach (var shown in page.GetProperty("events").EnumerateArray())
            {
                if (messageIds.Contains(shown.GetProperty("messageId").GetString()!)) totals += Of(shown);
            }

            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return totals.PagesViewed > 0 ? totals with { Visits = 1 } : totals;
    }

    private static RetailTotals Of(JsonElement shown) => (shown.GetProperty("type").GetString(), shown.GetProperty("name").GetString()) switch
    {
        ("track", RetailCalls.OrderCompleted) => new RetailTotals { Orders = 1, Sales = Amount(shown, "total") },
        ("track", RetailCalls.OrderCancelled) => new RetailTotals { Cancellations = 1, Cancelled = Amount(shown, "total") },
        ("page", _) => new RetailTotals { PagesViewed = 1, Viewed = Amount(shown, "value") },
        _ => new RetailTotals(),
    };

    private static decimal Amount(JsonElement shown, string property) => shown.GetProperty("properties").GetProperty(property).GetDecimal();
}
