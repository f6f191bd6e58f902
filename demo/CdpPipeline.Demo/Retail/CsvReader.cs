using System.Text;

namespace CdpPipeline.Demo.Retail;

/// <summary>Reads records of RFC 4180: fields may be quoted, and quoted ones may hold commas, line ends and doubled quotes.</summary>
internal sealed class CsvReader(TextReader text)
{
    private readonly StringBuilder field = new();

    /// <summary>The number of the line that the last record began on, from 1.</summary>
    public int Line { get; private set; }

    private int next = 1;

    /// <summary>The next record; null at the end.</summary>
    public IReadOnlyList<string>? Read()
    {
        if (text.Peek() < 0) return null;
        Line = next;
        var fields = new List<string>(8);
        while (true)
        {
            var end = text.Peek() == '"' ? ReadQuoted() : ReadPlain();
            fields.Add(field.ToString());
            field.Clear();
            if (end == ',') continue;
            if (end == '\r' && text.Peek() == '\n') text.Read();
            next++;
            return fields;
        }
    }

    private int ReadPlain()
    {
        while (true)
        {
            var c = text.Read();
            if (c is < 0 or ',' or '\n' or '\r') return c;
            field.Append((char)c);
        }
    }

    private int ReadQuoted()
    {
        text.Read();
        while (true)
        {
            var c = text.Read();
            if (c < 0) throw new DemoException($"Line {Line}: a quoted field does not end.");
            if (c == '\n') next++;
            if (c == '"' && text.Peek() != '"') return ReadPlain();
            if (c == '"') text.Read();
            field.Append((char)c);
        }
    }
}
