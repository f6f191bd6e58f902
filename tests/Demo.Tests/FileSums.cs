using System.Globalization;
using System.Text.RegularExpressions;

namespace CdpPipeline.Demo.Tests;

/// <summary>
/// What the file says, added up by other means than the demo's: a pattern instead of a reader, and whole pence instead of decimals. Fields
/// may be quoted, but hold no line ends.
/// </summary>
internal sealed partial class FileSums
{
    private FileSums(IReadOnlyList<string[]> lines)
    {
        var known = lines.Where(line => line[6].Length > 0).ToList();
        LineCount = lines.Count;
        Sales = SumBy(known.Where(line => line[0][0] != 'C'), line => line[6]);
        Cancelled = SumBy(known.Where(line => line[0][0] == 'C'), line => line[6]);
        Orders = known.Where(line => line[0][0] != 'C').Select(line => (line[6], line[0])).Distinct().CountBy(order => order.Item1).ToDictionary();
        Cancellations = known.Where(line => line[0][0] == 'C').Select(line => (line[6], line[0])).Distinct().CountBy(order => order.Item1).ToDictionary();
        Visits = SumBy(lines.Where(line => line[6].Length == 0), line => line[0]);
        PagesViewed = lines.Count(line => line[6].Length == 0);
        OrderTotals = SumBy(known.Where(line => line[0][0] != 'C'), line => $"{line[6]} {line[0]}");
        Countries = known.OrderBy(line => line[4], StringComparer.Ordinal).GroupBy(line => line[6]).ToDictionary(own => own.Key, own => own.Last()[7]);
    }

    public int LineCount { get; }

    public int PagesViewed { get; }

    /// <summary>Pence by customer.</summary>
    public IReadOnlyDictionary<string, long> Sales { get; }

    public IReadOnlyDictionary<string, long> Cancelled { get; }

    /// <summary>Invoices by customer.</summary>
    public IReadOnlyDictionary<string, int> Orders { get; }

    public IReadOnlyDictionary<string, int> Cancellations { get; }

    /// <summary>Pence by invoice without a customer.</summary>
    public IReadOnlyDictionary<string, long> Visits { get; }

    /// <summary>Pence by "customer invoice".</summary>
    public IReadOnlyDictionary<string, long> OrderTotals { get; }

    /// <summary>The customer's newest.</summary>
    public IReadOnlyDictionary<string, string> Countries { get; }

    public int Customers => Countries.Count;

    public static FileSums Of(string path) => new(Lines(path));

    /// <summary>The fields of every line but the first.</summary>
    public static IReadOnlyList<string[]> Lines(string path) => [.. File.ReadLines(path).Skip(1).Select(Fields)];

    /// <summary>12.3 is 1,230 pence.</summary>
    public static long Pence(string amount)
    {
        var parts = amount.Split('.');
        var fraction = parts.Length > 1 ? parts[1].PadRight(2, '0') : "00";
        return long.Parse(parts[0] + fraction[..2], CultureInfo.InvariantCulture) + (fraction[2..].All(digit => digit == '0') ? 0 : throw new FormatException(amount));
    }

    private static string[] Fields(string line)
    {
        var fields = Field().Matches(line).Select(match => match.Groups[1].Value.Trim('"', ' ')).ToArray();
        Assert.Equal(8, fields.Length);
        fields[6] = fields[6].Replace(".0", "", StringComparison.Ordinal);
        return fields;
    }

    private static Dictionary<string, long> SumBy(IEnumerable<string[]> lines, Func<string[], string> key) => lines
        .GroupBy(key)
        .ToDictionary(group => group.Key, group => group.Sum(line => long.Parse(line[3], CultureInfo.InvariantCulture) * Pence(line[5])));

    [GeneratedRegex("""(?:^|,)("(?:[^"]|"")*"|[^,"]*)(?=,|$)""")]
    private static partial Regex Field();
}
