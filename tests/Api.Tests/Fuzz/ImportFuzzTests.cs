using System.Text;
using System.Text.Json;
using CdpPipeline.Api.History;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>
/// Drawn and broken files of history, read as an import reads them and sent as it sends them: a bad record costs itself alone, whatever is in it. The
/// server takes every batch, so that no import stops in the middle of a file.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class ImportFuzzTests
{
    private static readonly ImportOptions Csv = new("history.csv") { Map = [("json", "properties.json:json"), ("flag", "traits.flag:boolean"), ("properties.total", "properties.total:number"), ("left", "")] };

    [Fact]
    public async Task No_record_stops_an_import_of_NDJSON_or_CSV()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-fuzz-").FullName;
        try
        {
            await using var host = await FuzzHost.StartAsync(directory);
            await FuzzRun.EachAsync(random => ImportAsync(host, new FileGrammar(random), isCsv: random.Next(2) == 0));
            host.CheckReleased();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ImportAsync(FuzzHost host, FileGrammar files, bool isCsv)
    {
        var bytes = isCsv ? files.Csv() : files.Lines();
        var told = Convert.ToBase64String(bytes);
        try
        {
            using var file = new MemoryStream(bytes);
            var records = new FileRecords(file, isCsv).ReadAsync(0, 1, TestContext.Current.CancellationToken);
            IHistoryFormat format = new NdjsonFormat();
            if (isCsv)
            {
                await using var header = records.GetAsyncEnumerator(TestContext.Current.CancellationToken);
                if (!await header.MoveNextAsync()) return;
                format = CsvFormat.Of(header.Current, Csv);
                records = new FileRecords(file, isCsv).ReadAsync(header.Current.NextOffset, header.Current.NextLine, TestContext.Current.CancellationToken);
            }

            await foreach (var batch in ImportBatch.ReadAsync(records, format)) await SendAsync(host, batch.Calls);
        }
        catch (ImportException) when (isCsv)
        {
            // The header is not right: said before anything is sent.
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message} by {(isCsv ? "CSV" : "NDJSON")} {told}", failure);
        }
    }

    private static async Task SendAsync(FuzzHost host, IReadOnlyList<HistoryLine> calls)
    {
        if (calls.Count == 0) return;
        var body = ImportBatch.Body(calls);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/import") { Content = new ByteArrayContent(body) };
        var (status, text) = await host.SendAsync(request, ApiHost.WriteKey);
        Assert.True(status == 200, $"{status} {text} to {Encoding.UTF8.GetString(body)}");
        using var answer = JsonDocument.Parse(text);
        var json = answer.RootElement;
        Assert.Equal(calls.Count, json.GetProperty("accepted").GetInt32() + json.GetProperty("duplicates").GetInt32() + json.GetProperty("rejected").GetArrayLength());
    }
}
