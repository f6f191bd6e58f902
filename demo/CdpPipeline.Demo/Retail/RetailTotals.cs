namespace CdpPipeline.Demo.Retail;

/// <summary>What is added up on both sides, exactly. Amounts are pounds; cancelled ones are negative.</summary>
internal sealed record RetailTotals
{
    public int Orders { get; init; }

    public int Cancellations { get; init; }

    public decimal Sales { get; init; }

    public decimal Cancelled { get; init; }

    /// <summary>Invoices that name no customer.</summary>
    public int Visits { get; init; }

    public int PagesViewed { get; init; }

    public decimal Viewed { get; init; }

    public static RetailTotals Of(RetailFile file)
    {
        var (known, anonymous) = (file.Invoices.Where(invoice => invoice.CustomerId is not null).ToLookup(invoice => invoice.IsCancellation), file.Invoices.Where(invoice => invoice.CustomerId is null).ToList());
        return new RetailTotals
        {
            Orders = known[false].Count(),
            Cancellations = known[true].Count(),
            Sales = known[false].Sum(invoice => invoice.Total),
            Cancelled = known[true].Sum(invoice => invoice.Total),
            Visits = anonymous.Count,
            PagesViewed = anonymous.Sum(invoice => invoice.Lines.Count),
            Viewed = anonymous.Sum(invoice => invoice.Total),
        };
    }

    public static RetailTotals operator +(RetailTotals left, RetailTotals right) => new()
    {
        Orders = left.Orders + right.Orders,
        Cancellations = left.Cancellations + right.Cancellations,
        Sales = left.Sales + right.Sales,
        Cancelled = left.Cancelled + right.Cancelled,
        Visits = left.Visits + right.Visits,
        PagesViewed = left.PagesViewed + right.PagesViewed,
        Viewed = left.Viewed + right.Viewed,
    };
}
