namespace CdpPipeline.Api.Tests.Metrics;

public sealed class MetricsDocumentTests
{
    [Fact]
    public async Task The_document_lists_exactly_the_metrics_that_a_host_exports()
    {
        var documented = await ReadAsync();
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"u","event":"E"}""");
        using (await host.SendAsync(HttpMethod.Get, "/nowhere")) await host.UntilMetricAsync("cdp_ingest_request_duration_seconds_count{outcome=\"ok\"}", 1);

        var exported = await host.ScrapeAsync();

        Assert.Equal(exported.Metrics.Keys.Order(StringComparer.Ordinal), documented.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, metric) in exported.Metrics)
        {
            var row = documented[name];
            Assert.Equal((name, metric.Type), (name, row.Type));
            Assert.NotEmpty(row.Unit);
            if (Unit(name) is { } unit) Assert.Equal((name, unit), (name, row.Unit));
            Assert.True(exported.LabelNames[name].IsSubsetOf(row.Labels), $"{name} has labels that are not listed: {string.Join(", ", exported.LabelNames[name])}");

            // The framework words its own as it likes from one release to the next.
            if (name.StartsWith("cdp_", StringComparison.Ordinal)) Assert.Equal((name, metric.Help), (name, row.Meaning));
        }
    }

    private static string? Unit(string name) => name.Replace("_total", "", StringComparison.Ordinal) switch
    {
        var seconds when seconds.EndsWith("_seconds", StringComparison.Ordinal) => "seconds",
        var bytes when bytes.EndsWith("_bytes", StringComparison.Ordinal) => "bytes",
        _ => null,
    };

    private static async Task<Dictionary<string, (string Type, string Unit, string[] Labels, string Meaning)>> ReadAsync()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CdpPipeline.sln"))) folder = folder.Parent!;
        var lines = await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "docs", "metrics.md"), TestContext.Current.CancellationToken);
        var rows = lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells.Length == 5);
        return rows.ToDictionary(cells => cells[0].Trim('`'), cells => (cells[1], cells[2], cells[3].Split(", ", StringSplitOptions.RemoveEmptyEntries), cells[4]));
    }
}
