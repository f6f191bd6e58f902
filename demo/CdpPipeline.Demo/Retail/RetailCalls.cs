using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CdpPipeline.Demo.Retail;

/// <summary>
/// Says in the calls of the HTTP API what the invoices say: an order, or its cancellation, for each invoice of a customer; an identify when a
/// customer appears or has moved; and for an invoice without a customer a visit, one page for each line. The messageIds follow from the
/// file alone, so that a file replayed again, whole or in part, changes nothing.
/// </summary>
internal static class RetailCalls
{
    public const string OrderCompleted = "Order Completed";
    public const string OrderCancelled = "Order Cancelled";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In order of time.</summary>
    public static IEnumerable<Call> Of(RetailFile file)
    {
        var countries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var invoice in file.Invoices)
        {
            if (invoice.CustomerId is not { } customer)
            {
                for (var i = 0; i < invoice.Lines.Count; i++) yield return Page(invoice, i);
                continue;
            }

            if (!countries.TryGetValue(customer, out var country) || country != invoice.Country)
            {
                countries[customer] = invoice.Country;
                yield return Identify(customer, invoice);
            }

            yield return Order(customer, invoice);
        }
    }

    private static Call Order(string customer, Invoice invoice) => Write($"online-retail-order-{invoice.Number}", invoice.At, "track", json =>
    {
        json.WriteString("userId"u8, customer);
        json.WriteString("event"u8, invoice.IsCancellation ? OrderCancelled : OrderCompleted);
        json.WriteStartObject("properties"u8);
        json.WriteString("order_id"u8, invoice.Number);
        json.WriteNumber("total"u8, invoice.Total);
        json.WriteString("currency"u8, "GBP"u8);
        json.WriteStartArray("products"u8);
        foreach (var line in invoice.Lines)
        {
            json.WriteStartObject();
            WriteProduct(json, line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static Call Identify(string customer, Invoice invoice) => Write($"online-retail-customer-{customer}-{invoice.Number}", invoice.At, "identify", json =>
    {
        json.WriteString("userId"u8, customer);
        json.WriteStartObject("traits"u8);
        json.WriteString("country"u8, invoice.Country);
        json.WriteEndObject();
    });

    private static Call Page(Invoice invoice, int place) => Write($"online-retail-visit-{invoice.Number}-{place + 1}", invoice.Lines[place].At, "page", json =>
    {
        var line = invoice.Lines[place];
        json.WriteString("anonymousId"u8, invoice.Number);
        json.WriteStartObject("properties"u8);
        WriteProduct(json, line);
        json.WriteNumber("value"u8, line.Amount);
        json.WriteString("currency"u8, "GBP"u8);
        json.WriteString("country"u8, line.Country);
        json.WriteEndObject();
    });

    private static void WriteProduct(Utf8JsonWriter json, InvoiceLine line)
    {
        json.WriteString("sku"u8, line.Sku);
        if (line.Description.Length > 0) json.WriteString("name"u8, line.Description);
        json.WriteNumber("price"u8, line.UnitPrice);
        json.WriteNumber("quantity"u8, line.Quantity);
    }

    private static Call Write(string messageId, DateTimeOffset at, string type, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Json);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("messageId"u8, messageId);
        json.WriteString("timestamp"u8, at.UtcDateTime);
        write(json);
        json.WriteEndObject();
        json.Flush();
        return new Call(messageId, buffer.WrittenMemory);
    }
}

/// <summary>One call of the ingest API, as JSON.</summary>
internal sealed record Call(string MessageId, ReadOnlyMemory<byte> Json);
