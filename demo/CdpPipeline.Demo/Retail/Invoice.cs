namespace CdpPipeline.Demo.Retail;

/// <summary>The lines of one invoice, in the file's order: what one customer bought, or gave back, at one time.</summary>
internal sealed record Invoice(string Number, IReadOnlyList<InvoiceLine> Lines)
{
    public string? CustomerId => Lines[0].CustomerId;

    public string Country => Lines[0].Country;

    /// <summary>When it began: a few invoices were written across two minutes.</summary>
    public DateTimeOffset At { get; } = Lines.Min(line => line.At);

    public decimal Total { get; } = Lines.Sum(line => line.Amount);

    public bool IsCancellation => Number.StartsWith('C');
}
