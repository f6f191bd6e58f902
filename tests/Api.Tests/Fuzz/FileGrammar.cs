using System.Text;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Draws files of history: lines that are calls, or CSV under a header, whole or with broken bytes, quotes, encodings and ends of lines.</summary>
internal sealed class FileGrammar(Random random)
{
    private const string Header = "userId,event,timestamp,properties.total,properties.note,traits.plan,context.app.name,messageId,json,flag,left";

    private static readonly string[] Cells = ["", "u-1", "u-2", "Order Completed", "2026-01-01T00:00:00Z", "12.50", "1e999", "1,5", "true", "\"\"", "\"a,b\"", "\"two\r\nlines\"", "{\"\"a\"\":1}", "é😀", "\0", "\uFEFF", "\"", "\"a\"b"];
    private static readonly string[] Jsons = ["\"{\"\"a\"\":1,\"\"a\"\":2}\"", "\"\"\"\\ud800\"\"\"", "[[[]]]", "1", "x", "null", "\"\"\"\\u0000\"\"\"", "{}"];

    private readonly CallGrammar calls = new(random);

    public byte[] Lines()
    {
        var lines = Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(20) switch
        {
            0 => calls.Odd(),
            1 => $"{{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u-1\",\"messageId\":null,\"properties\":{calls.Odd()},\"traits\":{{}},\"traits\":{{}}}}",
            2 => $"{{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u-1\",\"properties\":{{\"a\":{new string('[', 200)}{new string(']', 200)}}}}}",
            3 => "{\"\\ud800 is no character\":1}",
            _ => calls.Call(),
        });
        return Broken(string.Join(random.Next(3) == 0 ? "\r\n" : "\n", lines));
    }

    public byte[] Csv()
    {
        var rows = Enumerable.Range(0, random.Next(8)).Select(_ => string.Join(',', Enumerable.Range(0, random.Next(15) == 0 ? random.Next(14) : 11).Select(Cell)));
        return Broken(string.Join(random.Next(3) == 0 ? "\r\n" : "\n", rows.Prepend(Header)));
    }

    private string Cell(int column) => column switch
    {
        _ when random.Next(8) == 0 => Cells[random.Next(Cells.Length)],
        0 => $"u-{random.Next(12)}",
        1 => "Order Completed",
        3 => "42.5",
        8 => Jsons[random.Next(Jsons.Length)],
        9 => random.Next(2) == 0 ? "true" : "0",
        _ => "",
    };

    private byte[] Broken(string text)
    {
        var file = Encoding.UTF8.GetBytes((random.Next(10) == 0 ? "\uFEFF" : "") + text);
        return random.Next(3) == 0 ? ByteMutation.Of(file, random, CallCorpus.Bodies[random.Next(CallCorpus.Bodies.Length)]) : file;
    }
}
