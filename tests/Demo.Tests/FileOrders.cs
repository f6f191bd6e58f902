using System.Globalization;

namespace CdpPipeline.Demo.Tests;

/// <summary>The orders of the file's customers with their instants (taken as UTC) and whole pence, cancellations left out.</summary>
internal static class FileOrders
{
    public static IReadOnlyList<FileOrder> Of(string path) =>
    [
        .. FileSums.Lines(path)
            .Where(line => line[6].Length > 0 && line[0][0] != 'C')
            .GroupBy(line => (Customer: line[6], Invoice: line[0]))
            .Select(lines => new FileOrder(
                lines.Key.Customer,
                lines.Key.Invoice,
                lines.Min(line => DateTimeOffset.Parse(line[4], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
                lines.Sum(line => long.Parse(line[3], CultureInfo.InvariantCulture) * FileSums.Pence(line[5]))))
            .OrderBy(order => order.At),
    ];
}

/// <summary>One invoice of a customer.</summary>
internal sealed record FileOrder(string Customer, string Invoice, DateTimeOffset At, long Pence)
{
    public string ToCall() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"type":"track","userId":"{{Customer}}","event":"Order Completed","messageId":"{{Invoice}}","timestamp":"{{At:yyyy-MM-ddTHH:mm:ssZ}}","properties":{"total":{{Pence / 100}}.{{Math.Abs(Pence % 100):00}} } }""");
}
