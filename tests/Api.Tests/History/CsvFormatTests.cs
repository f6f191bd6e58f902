using System.Text;
using CdpPipeline.Api.History;

namespace CdpPipeline.Api.Tests.History;

public sealed class CsvFormatTests
{
    [Fact]
    public void Columns_are_fields_by_name_or_by_mapping_and_empty_cells_are_absent()
    {
        var format = Format("userId,total,when,properties.sku,note", [("total", "properties.total:number"), ("when", "timestamp"), ("note", "")], [("event", "Order Completed"), ("context.app", "till")]);

        var line = format.Read(Record("""ada,42.50,2020-01-31T12:00:00Z,,"a ""quoted"", cell" """.Trim()));

        var messageId = MessageIds.Of(line.Record);
        Assert.Equal(
            $$"""{"event":"Order Completed","context":{"app":"till"},"userId":"ada","properties":{"total":42.50},"timestamp":"2020-01-31T12:00:00Z","type":"track","messageId":"{{messageId}}"}""",
            Encoding.UTF8.GetString(line.Call!));
    }

    [Theory]
    [InlineData("ada,x", "properties.total is no number")]
    [InlineData("ada", "has 1 fields, the header 2")]
    [InlineData("\"ada,1", "a quoted field does not end")]
    [InlineData("\"ada\"x,1", "a quoted field does not end")]
    public void A_row_that_is_not_right_says_why(string row, string fault) =>
        Assert.Contains(fault, Format("userId,total", [("total", "properties.total:number")], []).Read(Record(row)).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"{\"\"a\"\":1,\"\"a\"\":2}\"")]
    [InlineData("\"\"\"\\ud800\"\"\"")]
    [InlineData("[")]
    public void A_cell_that_should_be_JSON_and_can_be_read_in_two_ways_or_in_none_costs_its_row_alone(string cell) =>
        Assert.Contains(
            "properties.a is no json",
            Format("userId,properties.a,properties.a.b", [("properties.a", "properties.a:json")], []).Read(Record($"ada,{cell},x")).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData("yes", null)]
    public void A_boolean_is_spelt_in_one_of_the_usual_ways(string cell, bool? value)
    {
        var line = Format("userId,vip", [("vip", "traits.vip:boolean")], []).Read(Record($"ada,{cell}"));

        if (value is null) Assert.NotNull(line.Fault);
        else Assert.Contains($"\"vip\":{(value.Value ? "true" : "false")}", Encoding.UTF8.GetString(line.Call!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("userId,total", "total")]
    [InlineData("userId,userId", "twice")]
    [InlineData("\"userId", "no header")]
    public void A_header_that_leaves_anything_open_stops_the_import(string header, string message) =>
        Assert.Contains(message, Assert.Throws<ImportException>(() => Format(header, [], [])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Records_go_over_lines_and_can_be_read_from_any_of_them_on()
    {
        var text = "\uFEFFuserId,name\r\nada,\"two\r\nlines\"\r\n\r\nbob,\"\"\"B\"\"\"\r\ncat,last";
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        List<FileRecord> all = [];
        await foreach (var record in new FileRecords(file, isCsv: true).ReadAsync(0, 1, TestContext.Current.CancellationToken)) all.Add(record);

        Assert.Equal([(1, "userId,name"), (2, "ada,\"two\r\nlines\""), (4, ""), (5, "bob,\"\"\"B\"\"\""), (6, "cat,last")], all.Select(record => ((int)record.Line, Encoding.UTF8.GetString(record.Bytes.Span))));
        foreach (var (before, index) in all.Select((record, index) => (record, index)))
        {
            List<FileRecord> rest = [];
            await foreach (var record in new FileRecords(file, isCsv: true).ReadAsync(before.NextOffset, before.NextLine, TestContext.Current.CancellationToken)) rest.Add(record);
            Assert.Equal(all.Skip(index + 1).Select(record => (record.Line, Encoding.UTF8.GetString(record.Bytes.Span), record.NextOffset)), rest.Select(record => (record.Line, Encoding.UTF8.GetString(record.Bytes.Span), record.NextOffset)));
        }
    }

    [Fact]
    public async Task A_record_that_is_too_long_costs_no_more_memory_and_not_its_neighbours()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"{{}}\n{new string('x', FileRecords.BytesMax + 5)}\n{{}}\n"));
        List<FileRecord> all = [];
        await foreach (var record in new FileRecords(file, isCsv: false).ReadAsync(0, 1, TestContext.Current.CancellationToken)) all.Add(record);

        Assert.Equal([(1, 2, false), (2, 0, true), (3, 2, false)], all.Select(record => ((int)record.Line, record.Bytes.Length, record.IsTooLong)));
    }

    [Theory]
    [InlineData("""{"userId":"u"}""", "{\"messageId\":\"import-")]
    [InlineData("""  {  }""", "{\"messageId\":\"import-")]
    [InlineData("""{"userId":"u","messageId":null}""", "\"messageId\":\"import-")]
    [InlineData("""{"userId":"u","messageId":"m"}""", "{\"userId\":\"u\",\"messageId\":\"m\"}")]
    public void A_line_without_a_messageId_is_given_one_that_it_has_in_every_run(string text, string part)
    {
        var (first, second) = (new NdjsonFormat().Read(Record(text)), new NdjsonFormat().Read(Record(text)));

        Assert.Contains(part, Encoding.UTF8.GetString(first.Call!), StringComparison.Ordinal);
        Assert.Equal(first.Call, second.Call);
        using var json = System.Text.Json.JsonDocument.Parse(first.Call!);
        Assert.Single(json.RootElement.EnumerateObject(), member => member.Name == "messageId");
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "is not a JSON object")]
    public void A_line_that_is_no_object_says_so(string text, string fault) =>
        Assert.Contains(fault, new NdjsonFormat().Read(Record(text)).Fault, StringComparison.Ordinal);

    private static CsvFormat Format(string header, (string, string)[] map, (string, string)[] set) => CsvFormat.Of(Record(header), new ImportOptions("history.csv") { Map = map, Set = set });

    private static FileRecord Record(string text) => new(7, Encoding.UTF8.GetBytes(text), 0, 8);
}
