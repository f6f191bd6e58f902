namespace CdpPipeline.Demo.Retail;

/// <summary>
/// One line of the file, trimmed. The quantity is negative where goods came back; the customer is null where the shop did not know who bought.
/// </summary>
internal sealed record InvoiceLine(
    string InvoiceNumber, string Sku, string Description, int Quantity, DateTimeOffset At, decimal UnitPrice, string? CustomerId, string Country)
{
    public decimal Amount => Quantity * UnitPrice;
}
