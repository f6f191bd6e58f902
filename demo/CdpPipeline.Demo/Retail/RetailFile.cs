using System.Globalization;

namespace CdpPipeline.Demo.Retail;

/// <summary>
/// A file of invoice lines in the columns of "Online Retail" (D. Chen, 2015, UCI Machine Learning Repository, CC BY 4.0). Every line counts,
/// also one that is repeated: the shop billed it twice.
/// </summary>
internal sealed record RetailFile(string Name, IReadOnlyList<Invoice> Invoices)
{
    private static readonly string[] Columns =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    private static readonly string[] Times = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "M/d/yyyy H:mm"];

    public int LineCount { get; } = Invoices.Sum(invoice => invoice.Lines.Count);

    /// <summary>Lines that say exactly what an earlier one says.</summary>
    public int RepeatedLineCount { get; } = Invoices.Sum(invoice => invoice.Lines.Count - invoice.Lines.Distinct().Count());

    public static RetailFile Read(string path)
    {
        if (!File.Exists(path)) throw new DemoException($"There is no file {path}.");
        using var text = File.OpenText(path);
        return Read(Path.GetFileName(path), text);
    }

    public static RetailFile Read(string name, TextReader text)
    {
        var reader = new CsvReader(text);
        var header = reader.Read() ?? throw new DemoException($"{name} is empty.");
        var places = Columns.Select(column => PlaceOf(header, column)).ToArray();
        var invoices = new Dictionary<string, List<InvoiceLine>>(StringComparer.Ordinal);
        while (reader.Read() is { } record)
        {
            if (record is [""]) continue;
            var line = Line(record, places, reader.Line);
            if (!invoices.TryGetValue(line.InvoiceNumber, out var lines)) invoices[line.InvoiceNumber] = lines = [];
            lines.Add(line);
        }

        return new RetailFile(name, [.. invoices.Select(pair => new Invoice(pair.Key, pair.Value)).OrderBy(invoice => invoice.At).ThenBy(invoice => invoice.Number, StringComparer.Ordinal)]);
    }

    private static int PlaceOf(IReadOnlyList<string> header, string column)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].Trim().Replace(" ", "", StringComparison.Ordinal).Equals(column, StringComparison.OrdinalIgnoreCase)) return i;
        }

        throw new DemoException($"The file has no column {column}; it needs {string.Join(", ", Columns)}.");
    }

    private static InvoiceLine Line(IReadOnlyList<string> record, int[] places, int number)
    {
        string Text(int column) => places[column] < record.Count
            ? record[places[column]].Trim()
            : throw new DemoException($"Line {number} has no {Columns[column]}.");
        T Parsed<T>(int column, bool isRead, T value) =>
            isRead ? value : throw new DemoException($"Line {number}: {Columns[column]} is '{Text(column)}', which cannot be read.");

        var customer = Text(6).EndsWith(".0", StringComparison.Ordinal) ? Text(6)[..^2] : Text(6);
        return new InvoiceLine(
            Text(0),
            Text(1),
            Text(2),
            Parsed(3, int.TryParse(Text(3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity), quantity),
            Parsed(4, DateTimeOffset.TryParseExact(Text(4), Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at), at),
            Parsed(5, decimal.TryParse(Text(5), NumberStyles.Number, CultureInfo.InvariantCulture, out var price), price),
            customer.Length == 0 ? null : customer,
            Text(7));
    }
}
