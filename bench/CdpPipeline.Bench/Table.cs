using System.Globalization;

namespace CdpPipeline.Bench;

/// <summary>A small table on the console: the first column to the left, numbers to the right.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> rows = [];

    public void Add(string name, params double[] values) =>
        rows.Add([name, .. values.Select(value => double.IsNaN(value) ? string.Empty : value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture))]);

    public void Print()
    {
        string[] header = [title, .. columns];
        var widths = header.Select((text, column) => rows.Select(row => column < row.Length ? row[column].Length : 0).Append(text.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(header))
            Console.WriteLine(string.Join("  ", row.Select((text, column) => column == 0 ? text.PadRight(widths[0]) : text.PadLeft(widths[column]))));
        Console.WriteLine();
    }
}
