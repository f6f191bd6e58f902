using System.Globalization;
using System.Text.Json;
using CdpPipeline.Demo.Host;

namespace CdpPipeline.Demo;

/// <summary>Tells what a run saw: the segments, the biggest customer's profile, and the totals beside the file's.</summary>
internal sealed class ReportText(CdpClient client, TextWriter output)
{
    public async Task WriteAsync(DemoReport report, CancellationToken cancellationToken)
    {
        WriteSegments(report);
        if (report.BiggestCustomer is { } biggest) await WriteProfileAsync(report, biggest, cancellationToken);
        WriteTotals(report);
    }

    private void WriteSegments(DemoReport report)
    {
        output.WriteLine();
        Row("Segments, live", "members", "by the file");
        foreach (var segment in report.Segments) Row($"  {segment.Name}", Number(segment.MemberCount), Number(segment.ByTheFile));
    }

    private async Task WriteProfileAsync(DemoReport report, string reference, CancellationToken cancellationToken)
    {
        var path = $"/api/profiles/{reference}";
        var profile = await client.GetAsync(path, cancellationToken);
        var totals = report.People[reference];
        output.WriteLine();
        output.WriteLine($"The biggest customer, GET {path}");
        output.WriteLine($"  from       {Text(profile.GetProperty("traits"), "country")}");
        output.WriteLine($"  seen       {Text(profile, "firstSeen")?[..10]} to {Text(profile, "lastSeen")?[..10]}");
        output.WriteLine($"  events     {Number(profile.GetProperty("eventCount").GetInt64())}");
        output.WriteLine($"  orders     {Number(totals.Orders)} for {Pounds(totals.Sales)}, {Number(totals.Cancellations)} cancelled for {Pounds(totals.Cancelled)}");
        output.WriteLine($"  segments   {string.Join(", ", profile.GetProperty("segments").EnumerateArray().Select(segment => Text(segment, "name")))}");
    }

    private void WriteTotals(DemoReport report)
    {
        var (api, file) = (report.ByTheApi, report.ByTheFile);
        output.WriteLine();
        Row("Totals", "in the API", "in the file");
        Row("  orders", Number(api.Orders), Number(file.Orders));
        Row("  for", Pounds(api.Sales), Pounds(file.Sales));
        Row("  cancellations", Number(api.Cancellations), Number(file.Cancellations));
        Row("  for", Pounds(api.Cancelled), Pounds(file.Cancelled));
        Row("  anonymous visits", Number(api.Visits), Number(file.Visits));
        Row("  pages viewed", Number(api.PagesViewed), Number(file.PagesViewed));
        Row("  worth", Pounds(api.Viewed), Pounds(file.Viewed));
        output.WriteLine();
        output.WriteLine(report.Agrees
            ? "Everything agrees, to the penny."
            : "They DIFFER. Does the host hold these invoices from another file? Replay into an empty data directory.");
    }

    private void Row(string name, string left, string right) => output.WriteLine($"{name,-44}{left,14}{right,14}");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Pounds(decimal amount) => amount.ToString("£#,##0.00;-£#,##0.00", CultureInfo.InvariantCulture);
}
