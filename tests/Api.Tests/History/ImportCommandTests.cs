using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Testing;

namespace CdpPipeline.Api.Tests.History;

public sealed class ImportCommandTests : IDisposable
{
    private const int People = 4;
    private const int Lines = 5_000;

    private readonly string folder = Directory.CreateTempSubdirectory("cdp-history-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Ndjson => Path.Combine(folder, "history.ndjson");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_killed_import_is_gone_on_with_and_every_line_is_stored_once()
    {
        await using var host = await ApiHost.StartAsync();
        await WriteAsync(badLines: [700, 4_000]);
        Process? importer = null;
        await using var front = await Front.StartAsync(host, async (number, _, handOn) =>
        {
            // The server takes it, and the importer never hears of it.
            await handOn();
            if (number == 6) importer!.Kill();
        });
        string[] arguments = [Ndjson, "--url", front.Url, "--key", ApiHost.WriteKey, "--at-once", "2"];
        importer = Process.Start(new ProcessStartInfo("dotnet", [ProgramProcess.PathOf("Api"), "import", .. arguments]) { RedirectStandardError = true })!;
        await importer.WaitForExitAsync(Cancelled);
        importer.Dispose();
        Assert.True(front.Requests is >= 6 and < 10, $"{front.Requests} requests came through before the kill.");
        Assert.InRange(Progress().GetProperty("offset").GetInt64(), 1, new FileInfo(Ndjson).Length - 1);

        // Only the same import is gone on with.
        var (code, output) = await RunAsync(Ndjson, "--url", host.Client.BaseAddress!.ToString(), "--key", ApiHost.WriteKey);
        Assert.Equal(1, code);
        Assert.Contains("another file, server or mapping", output, StringComparison.Ordinal);
        (code, output) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains("Going on at line", output, StringComparison.Ordinal);
        await CheckAsync(host, Lines - 2);
        Assert.Equal([700, 4_000], RejectedLines());
        var progress = Progress();
        Assert.Equal(Lines, progress.GetProperty("accepted").GetInt64() + progress.GetProperty("duplicates").GetInt64() + progress.GetProperty("rejected").GetInt64());
        Assert.True(progress.GetProperty("duplicates").GetInt64() > 0, "Nothing was sent twice, so the kill was of no consequence.");
    }

    [Fact]
    public async Task A_server_that_is_away_in_between_costs_nothing_but_time()
    {
        await using var host = await ApiHost.StartAsync();
        await WriteAsync(badLines: []);
        await using var front = await Front.StartAsync(host, async (number, context, handOn) =>
        {
            switch (number % 4)
            {
                case 1:
                    await Front.RefuseAsync(context);
                    break;
                case 2:
                    await handOn();
                    context.Abort();
                    break;
                default:
                    await handOn();
                    break;
            }
        });

        var (code, output) = await RunAsync(Ndjson, "--url", front.Url, "--key", ApiHost.WriteKey);

        Assert.True(code == 0, output);
        await CheckAsync(host, Lines);
        Assert.Equal(Lines, Progress().GetProperty("line").GetInt64() - 1);
        Assert.Empty(RejectedLines());

        // A rerun has nothing to do; one from the start finds everything there already.
        var before = front.Requests;
        Assert.Equal(0, (await RunAsync(Ndjson, "--url", front.Url, "--key", ApiHost.WriteKey)).Code);
        Assert.Equal(before, front.Requests);
        Assert.Equal(0, (await RunAsync(Ndjson, "--url", front.Url, "--key", ApiHost.WriteKey, "--restart", "true")).Code);
        Assert.Equal((0, Lines), (Progress().GetProperty("accepted").GetInt32(), Progress().GetProperty("duplicates").GetInt32()));
        await CheckAsync(host, Lines);
    }

    [Fact]
    public async Task What_was_appended_since_is_imported_and_nothing_else()
    {
        await using var host = await ApiHost.StartAsync();
        var url = host.Client.BaseAddress!.ToString();
        await WriteAsync(badLines: []);
        await RunAsync(Ndjson, "--url", url, "--key", ApiHost.WriteKey);

        await File.AppendAllTextAsync(Ndjson, Line(0) + "\n", Cancelled);
        await RunAsync(Ndjson, "--url", url, "--key", ApiHost.WriteKey);

        await CheckAsync(host, Lines + 1);
        Assert.Equal((Lines + 1, 0), (Progress().GetProperty("accepted").GetInt32(), Progress().GetProperty("duplicates").GetInt32()));
    }

    [Fact]
    public async Task Csv_is_imported_by_its_mapping_and_bad_rows_are_told_with_their_lines()
    {
        await using var host = await ApiHost.StartAsync();
        var csv = Path.Combine(folder, "orders.csv");
        await File.WriteAllTextAsync(
            csv,
            "customer,ordered,amount,note\nada,2020-01-31T12:00:00Z,42.50,\"two\nlines, and \"\"quotes\"\"\"\nbob,2020-01-31T12:00:00Z,many,\n,2020-01-31T12:00:00Z,1,\n",
            Cancelled);

        var (code, output) = await RunAsync(
            csv, "--url", host.Client.BaseAddress!.ToString(), "--key", ApiHost.WriteKey,
            "--map", "customer=userId", "--map", "ordered=timestamp", "--map", "amount=properties.total:number", "--map", "note=properties.note", "--set", "event=Order Completed");

        Assert.Equal(2, code);
        Assert.Contains("1 stored, 0 there already, 2 rejected", output, StringComparison.Ordinal);
        var order = (await host.GetAsync("/api/profiles/userId:ada/events")).GetProperty("events").EnumerateArray().Single();
        Assert.Equal("Order Completed", order.GetProperty("name").GetString());
        Assert.Equal("""{"total":42.50,"note":"two\nlines, and \u0022quotes\u0022"}""", order.GetProperty("properties").GetRawText());
        var rejected = (await File.ReadAllLinesAsync(csv + ".rejected.ndjson", Cancelled)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([4, 5], rejected.Select(each => each.GetProperty("line").GetInt32()));
        Assert.Equal("properties.total is no number", rejected[0].GetProperty("reason").GetString());
        Assert.Equal("bob,2020-01-31T12:00:00Z,many,", rejected[0].GetProperty("record").GetString());
        Assert.Contains("identifier", rejected[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_wrong_and_a_server_that_stays_away_are_told_in_a_sentence()
    {
        await using var host = await ApiHost.StartAsync();
        await WriteAsync(badLines: []);

        var (wrong, text) = await RunAsync(Ndjson, "--url", host.Client.BaseAddress!.ToString(), "--key", "no such key");
        var away = new Uri($"http://127.0.0.1:{ProgramProcess.FreePort().ToString(CultureInfo.InvariantCulture)}").ToString();
        File.Delete(Ndjson + ".progress");
        var (gone, other) = await RunAsync(Ndjson, "--url", away, "--key", ApiHost.WriteKey, "--patience", "00:00:00.1");

        Assert.Equal((1, 1), (wrong, gone));
        Assert.Contains("does not take this write key", text, StringComparison.Ordinal);
        Assert.Contains("run the same command again to go on", other, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_is_no_history()
    {
        var archive = Path.Combine(folder, "all.zip");
        File.WriteAllText(archive, "PK\u0003\u0004");

        Assert.Null(ImportCommand.Read(["import", archive]));
        Assert.Null(ImportCommand.Read(["import", Path.Combine(folder, "none.zip")]));
        Assert.Null(ImportCommand.Read(["export", archive]));
    }

    private static string Line(int number) =>
        $$$"""{"type":"track","userId":"person-{{{number % People}}}","event":"Order Completed","timestamp":"2020-01-31T12:00:00Z","properties":{"number":{{{number}}}}}""";

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        return (await ImportCommand.Read(["import", .. arguments])!.RunAsync(output, Cancelled), output.ToString());
    }

    private static async Task CheckAsync(ApiHost host, int events)
    {
        var count = 0;
        for (var person = 0; person < People; person++) count += (await host.GetAsync($"/api/profiles/userId:person-{person}")).GetProperty("eventCount").GetInt32();
        Assert.Equal(events, count);
    }

    private Task WriteAsync(int[] badLines) =>
        File.WriteAllLinesAsync(Ndjson, Enumerable.Range(1, Lines).Select(line => !badLines.Contains(line) ? Line(line) : line % 1_000 == 0 ? """{"type":"track","event":"Nobody"}""" : "{broken"), Cancelled);

    private JsonElement Progress()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Ndjson + ".progress"));
        return json.RootElement.Clone();
    }

    private List<int> RejectedLines() => [.. File.ReadAllLines(Ndjson + ".rejected.ndjson").Select(line => JsonDocument.Parse(line).RootElement.GetProperty("line").GetInt32())];
}
